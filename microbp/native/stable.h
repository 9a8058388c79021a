/* Functions of microbp/table/stable.py and of Python's operators, by hand and bit for bit. One without a value gives NaN
   or infinity: the row is then read in Python, which finds the words. What is neither here nor in the C library is
   computed by the row's own function in Python (call_forward): hypot and lgamma are Python's own, and differ from one
   version to another. */

#ifndef MICROBP_STABLE_H
#define MICROBP_STABLE_H

#include <math.h>

static inline double
row_sigmoid(double x)
{
    const double e = exp(-fabs(x));
    return x >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

static inline double
row_softplus(double x)
{
    const double e = exp(-fabs(x));
    return (x > 0.0 ? x : 0.0) + log1p(e);
}

static inline double
row_cbrt(double x)
{
    if (x == 0.0) {
        return x;
    }
    const double root = copysign(pow(fabs(x), 1.0 / 3.0), x);
    return root - (root - x / (root * root)) / 3.0;
}

static inline double
row_sign(double x)
{
    return (double)((x > 0.0) - (x < 0.0));
}

static inline double
row_maximum(double x, double y)
{
    return x > y ? x : y;
}

static inline double
row_minimum(double x, double y)
{
    return x < y ? x : y;
}

static inline double
row_where(double condition, double x, double y)
{
    return condition != 0.0 ? x : y;
}

/* Python's %: the remainder has the sign of the divisor. */
static inline double
row_mod(double x, double y)
{
    if (y == 0.0) {
        return NAN;
    }
    const double r = fmod(x, y);
    return r == 0.0 ? copysign(0.0, y) : (r < 0.0) != (y < 0.0) ? r + y : r;
}

/* Python's //: what the remainder leaves is a whole number of divisors, up to rounding. */
static inline double
row_floor_divide(double x, double y)
{
    if (y == 0.0) {
        return NAN;
    }
    const double r = fmod(x, y);
    const double quotient = (x - r) / y - (r != 0.0 && (r < 0.0) != (y < 0.0));
    if (quotient == 0.0) {
        return copysign(0.0, x / y);
    }
    const double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

#endif
