/* What the generated rows and their recorders share. */

#ifndef MICROBP_RECORD_H
#define MICROBP_RECORD_H

#include "engine.h"

#define MOST_ARGUMENTS 3

/* A row of numbers. compute gives the value and the wanted derivatives, or 0 where one of them is no number. */
typedef struct {
    int arity;
    int defaulted; /* how many of the last arguments a call may leave out */
    unsigned differentiable;
    int keeps; /* whether a node keeps the numbers of its arguments */
    int (*compute)(const double *args, unsigned wanted, double *value, double *derivatives);
    double defaults[MOST_ARGUMENTS];
} Formula;

/* The value of a row by its own function in Python, and NaN where there is none; args, a new tuple, is taken over. */
static double call_forward(int row, PyObject *args);

/* What the generated rows call where Python would raise: the number, and a note that there is none. */
#define FINITE(x) noted(x, &trouble)
#define QUOTIENT(x, y) quotient(x, y, &trouble)

static inline double
noted(double x, int *trouble)
{
    *trouble |= !isfinite(x);
    return x;
}

static inline double
quotient(double x, double y, int *trouble)
{
    *trouble |= y == 0.0;
    return x / y;
}

#endif
