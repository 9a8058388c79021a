/* Written by microbp/table/native_rows.py from the table of operations; not to be edited. */

enum {
    ROW_add,
    ROW_sub,
    ROW_mul,
    ROW_div,
    ROW_mod,
    ROW_pow,
    ROW_floor_divide,
    ROW_neg,
    ROW_identity,
    ROW_frozen,
    ROW_reciprocal,
    ROW_square,
    ROW_abs,
    ROW_sign,
    ROW_floor,
    ROW_ceil,
    ROW_rint,
    ROW_less,
    ROW_less_equal,
    ROW_greater,
    ROW_greater_equal,
    ROW_equal,
    ROW_not_equal,
    ROW_where,
    ROW_maximum,
    ROW_minimum,
    ROW_clip,
    ROW_exp,
    ROW_exp2,
    ROW_expm1,
    ROW_log,
    ROW_log2,
    ROW_log10,
    ROW_log1p,
    ROW_logaddexp,
    ROW_xlogy,
    ROW_logit,
    ROW_sqrt,
    ROW_cbrt,
    ROW_sin,
    ROW_cos,
    ROW_tan,
    ROW_arcsin,
    ROW_arccos,
    ROW_arctan,
    ROW_arctan2,
    ROW_hypot,
    ROW_sinh,
    ROW_cosh,
    ROW_tanh,
    ROW_arcsinh,
    ROW_arccosh,
    ROW_arctanh,
    ROW_erf,
    ROW_erfc,
    ROW_lgamma,
    ROW_polygamma,
    ROW_sigmoid,
    ROW_log_sigmoid,
    ROW_softplus,
    ROW_relu,
    ROW_leaky_relu,
    ROW_elu,
    ROW_selu,
    ROW_gelu,
    ROW_silu,
    ROW_softsign,
    ROW_mish,
    ROW_weighted_sum,
    ROW_sum,
    ROW_mean,
    ROW_prod,
    ROW_max,
    ROW_min,
    ROW_norm,
    ROW_logsumexp,
    ROW_COUNT,
};

static const char *const NAMES[] = {
    "add",
    "sub",
    "mul",
    "div",
    "mod",
    "pow",
    "floor_divide",
    "neg",
    "identity",
    "frozen",
    "reciprocal",
    "square",
    "abs",
    "sign",
    "floor",
    "ceil",
    "rint",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "equal",
    "not_equal",
    "where",
    "maximum",
    "minimum",
    "clip",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log2",
    "log10",
    "log1p",
    "logaddexp",
    "xlogy",
    "logit",
    "sqrt",
    "cbrt",
    "sin",
    "cos",
    "tan",
    "arcsin",
    "arccos",
    "arctan",
    "arctan2",
    "hypot",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "arccosh",
    "arctanh",
    "erf",
    "erfc",
    "lgamma",
    "polygamma",
    "sigmoid",
    "log_sigmoid",
    "softplus",
    "relu",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softsign",
    "mish",
    "weighted_sum",
    "sum",
    "mean",
    "prod",
    "max",
    "min",
    "norm",
    "logsumexp",
};

static double
row_equal(double x, double y)
{
    return call_forward(ROW_equal, Py_BuildValue("(dd)", x, y));
}

static double
row_greater(double x, double y)
{
    return call_forward(ROW_greater, Py_BuildValue("(dd)", x, y));
}

static double
row_greater_equal(double x, double y)
{
    return call_forward(ROW_greater_equal, Py_BuildValue("(dd)", x, y));
}

static double
row_hypot(double x, double y)
{
    return call_forward(ROW_hypot, Py_BuildValue("(dd)", x, y));
}

static double
row_less(double x, double y)
{
    return call_forward(ROW_less, Py_BuildValue("(dd)", x, y));
}

static double
row_less_equal(double x, double y)
{
    return call_forward(ROW_less_equal, Py_BuildValue("(dd)", x, y));
}

static double
row_lgamma(double x)
{
    return call_forward(ROW_lgamma, Py_BuildValue("(d)", x));
}

static double
row_log_sigmoid(double x)
{
    return call_forward(ROW_log_sigmoid, Py_BuildValue("(d)", x));
}

static double
row_logaddexp(double x, double y)
{
    return call_forward(ROW_logaddexp, Py_BuildValue("(dd)", x, y));
}

static double
row_not_equal(double x, double y)
{
    return call_forward(ROW_not_equal, Py_BuildValue("(dd)", x, y));
}

static double
row_polygamma(double x, double y)
{
    return call_forward(ROW_polygamma, Py_BuildValue("(dd)", x, y));
}

static int
compute_add(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = x + y;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0;
    }
    if (wanted & 2) {
        derivatives[1] = 1.0;
    }
    return 1;
}
static const Formula formula_add = {2, 0, 3, 0, compute_add, {0.0}};

static int
compute_sub(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = x - y;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0;
    }
    if (wanted & 2) {
        derivatives[1] = -1.0;
    }
    return 1;
}
static const Formula formula_sub = {2, 0, 3, 0, compute_sub, {0.0}};

static int
compute_mul(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = x * y;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = y;
    }
    if (wanted & 2) {
        derivatives[1] = x;
    }
    return 1;
}
static const Formula formula_mul = {2, 0, 3, 0, compute_mul, {0.0}};

static int
compute_div(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = QUOTIENT(x, y);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, y);
    }
    if (wanted & 2) {
        derivatives[1] = QUOTIENT(-z, y);
    }
    return !trouble;
}
static const Formula formula_div = {2, 0, 3, 0, compute_div, {0.0}};

static int
compute_mod(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = FINITE(row_mod(x, y));
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0;
    }
    if (wanted & 2) {
        derivatives[1] = FINITE(QUOTIENT(z - x, y));
    }
    return !trouble;
}
static const Formula formula_mod = {2, 0, 3, 0, compute_mod, {0.0}};

static int
compute_pow(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = pow(x, y);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (!wanted) {
        return 1;
    }
    const double t0 = x == 0.0;
    const double t1 = y - 1.0;
    if (wanted & 1) {
        derivatives[0] = y * FINITE(pow(x, y == 0.0 ? (t0 ? 1.0 : t1) : t1));
    }
    if (wanted & 2) {
        derivatives[1] = z * FINITE(log(t0 ? 1.0 : x));
    }
    return !trouble;
}
static const Formula formula_pow = {2, 0, 3, 1, compute_pow, {0.0}};

static int
compute_floor_divide(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = FINITE(row_floor_divide(x, y));
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return !trouble;
}
static const Formula formula_floor_divide = {2, 0, 3, 0, compute_floor_divide, {0.0}};

static int
compute_neg(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = -x;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = -1.0;
    }
    return 1;
}
static const Formula formula_neg = {1, 0, 1, 0, compute_neg, {0.0}};

static int
compute_identity(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = x;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0;
    }
    return 1;
}
static const Formula formula_identity = {1, 0, 1, 0, compute_identity, {0.0}};

static int
compute_frozen(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = x;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    return 1;
}
static const Formula formula_frozen = {1, 0, 1, 0, compute_frozen, {0.0}};

static int
compute_reciprocal(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = QUOTIENT(1.0, x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = (-z) * z;
    }
    return !trouble;
}
static const Formula formula_reciprocal = {1, 0, 1, 0, compute_reciprocal, {0.0}};

static int
compute_square(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = x * x;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 2.0 * x;
    }
    return 1;
}
static const Formula formula_square = {1, 0, 1, 0, compute_square, {0.0}};

static int
compute_abs(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = fabs(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = row_sign(x);
    }
    return 1;
}
static const Formula formula_abs = {1, 0, 1, 0, compute_abs, {0.0}};

static int
compute_sign(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = row_sign(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    return 1;
}
static const Formula formula_sign = {1, 0, 1, 0, compute_sign, {0.0}};

static int
compute_floor(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = floor(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    return 1;
}
static const Formula formula_floor = {1, 0, 1, 0, compute_floor, {0.0}};

static int
compute_ceil(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = ceil(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    return 1;
}
static const Formula formula_ceil = {1, 0, 1, 0, compute_ceil, {0.0}};

static int
compute_rint(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = rint(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    return 1;
}
static const Formula formula_rint = {1, 0, 1, 0, compute_rint, {0.0}};

static int
compute_less(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_less(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return 1;
}
static const Formula formula_less = {2, 0, 3, 0, compute_less, {0.0}};

static int
compute_less_equal(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_less_equal(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return 1;
}
static const Formula formula_less_equal = {2, 0, 3, 0, compute_less_equal, {0.0}};

static int
compute_greater(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_greater(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return 1;
}
static const Formula formula_greater = {2, 0, 3, 0, compute_greater, {0.0}};

static int
compute_greater_equal(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_greater_equal(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return 1;
}
static const Formula formula_greater_equal = {2, 0, 3, 0, compute_greater_equal, {0.0}};

static int
compute_equal(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_equal(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return 1;
}
static const Formula formula_equal = {2, 0, 3, 0, compute_equal, {0.0}};

static int
compute_not_equal(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_not_equal(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = 0.0;
    }
    return 1;
}
static const Formula formula_not_equal = {2, 0, 3, 0, compute_not_equal, {0.0}};

static int
compute_where(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double a = args[2];
    const double z = row_where(x, y, a);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.0;
    }
    if (wanted & 2) {
        derivatives[1] = x ? 1.0 : 0.0;
    }
    if (wanted & 4) {
        derivatives[2] = x ? 0.0 : 1.0;
    }
    return 1;
}
static const Formula formula_where = {3, 0, 7, 0, compute_where, {0.0}};

static int
compute_maximum(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_maximum(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (!wanted) {
        return 1;
    }
    const double t0 = x == y ? 0.5 : 0.0;
    if (wanted & 1) {
        derivatives[0] = x > y ? 1.0 : t0;
    }
    if (wanted & 2) {
        derivatives[1] = y > x ? 1.0 : t0;
    }
    return 1;
}
static const Formula formula_maximum = {2, 0, 3, 0, compute_maximum, {0.0}};

static int
compute_minimum(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double z = row_minimum(x, y);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (!wanted) {
        return 1;
    }
    const double t0 = x == y ? 0.5 : 0.0;
    if (wanted & 1) {
        derivatives[0] = x < y ? 1.0 : t0;
    }
    if (wanted & 2) {
        derivatives[1] = y < x ? 1.0 : t0;
    }
    return 1;
}
static const Formula formula_minimum = {2, 0, 3, 0, compute_minimum, {0.0}};

static int
compute_clip(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double a = args[2];
    const double t0 = row_maximum(x, y);
    const double z = row_minimum(t0, a);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (!wanted) {
        return 1;
    }
    const double t1 = x < y;
    if (wanted & 1) {
        derivatives[0] = t1 ? 0.0 : (x > a ? 0.0 : 1.0);
    }
    if (wanted & 2) {
        derivatives[1] = t1 ? (y > a ? 0.0 : 1.0) : 0.0;
    }
    if (wanted & 4) {
        derivatives[2] = t0 > a ? 1.0 : 0.0;
    }
    return 1;
}
static const Formula formula_clip = {3, 0, 7, 0, compute_clip, {0.0}};

static int
compute_exp(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = exp(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = z;
    }
    return 1;
}
static const Formula formula_exp = {1, 0, 1, 0, compute_exp, {0.0}};

static int
compute_exp2(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = FINITE(pow(2.0, x));
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = z * 0.6931471805599453;
    }
    return !trouble;
}
static const Formula formula_exp2 = {1, 0, 1, 0, compute_exp2, {0.0}};

static int
compute_expm1(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = expm1(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = FINITE(exp(x));
    }
    return !trouble;
}
static const Formula formula_expm1 = {1, 0, 1, 0, compute_expm1, {0.0}};

static int
compute_log(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = log(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, x);
    }
    return !trouble;
}
static const Formula formula_log = {1, 0, 1, 0, compute_log, {0.0}};

static int
compute_log2(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = log2(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, x * 0.6931471805599453);
    }
    return !trouble;
}
static const Formula formula_log2 = {1, 0, 1, 0, compute_log2, {0.0}};

static int
compute_log10(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = log10(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, x * 2.302585092994046);
    }
    return !trouble;
}
static const Formula formula_log10 = {1, 0, 1, 0, compute_log10, {0.0}};

static int
compute_log1p(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = log1p(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, 1.0 + x);
    }
    return !trouble;
}
static const Formula formula_log1p = {1, 0, 1, 0, compute_log1p, {0.0}};

static int
compute_logaddexp(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = row_logaddexp(x, y);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = FINITE(exp(FINITE(row_log_sigmoid(x - y))));
    }
    if (wanted & 2) {
        derivatives[1] = FINITE(exp(FINITE(row_log_sigmoid(y - x))));
    }
    return !trouble;
}
static const Formula formula_logaddexp = {2, 0, 3, 0, compute_logaddexp, {0.0}};

static int
compute_xlogy(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double t0 = x == 0.0;
    const double t1 = t0 ? 1.0 : y;
    const double z = t0 ? 0.0 : x * FINITE(log(t1));
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = FINITE(log(y));
    }
    if (wanted & 2) {
        derivatives[1] = QUOTIENT(x, t1);
    }
    return !trouble;
}
static const Formula formula_xlogy = {2, 0, 3, 0, compute_xlogy, {0.0}};

static int
compute_logit(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double t0 = FINITE(fabs(x - 0.5)) < 0.25;
    const double z = t0 ? 2.0 * FINITE(atanh(t0 ? 2.0 * x - 1.0 : 0.0)) : FINITE(log(x)) - FINITE(log1p(-x));
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, x * (1.0 - x));
    }
    return !trouble;
}
static const Formula formula_logit = {1, 0, 1, 0, compute_logit, {0.0}};

static int
compute_sqrt(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = sqrt(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(0.5, z);
    }
    return !trouble;
}
static const Formula formula_sqrt = {1, 0, 1, 0, compute_sqrt, {0.0}};

static int
compute_cbrt(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = row_cbrt(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, 3.0 * z * z);
    }
    return !trouble;
}
static const Formula formula_cbrt = {1, 0, 1, 0, compute_cbrt, {0.0}};

static int
compute_sin(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = sin(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = cos(x);
    }
    return 1;
}
static const Formula formula_sin = {1, 0, 1, 0, compute_sin, {0.0}};

static int
compute_cos(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = cos(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = -sin(x);
    }
    return 1;
}
static const Formula formula_cos = {1, 0, 1, 0, compute_cos, {0.0}};

static int
compute_tan(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = tan(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0 + z * z;
    }
    return 1;
}
static const Formula formula_tan = {1, 0, 1, 0, compute_tan, {0.0}};

static int
compute_arcsin(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = asin(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, FINITE(sqrt((1.0 - x) * (1.0 + x))));
    }
    return !trouble;
}
static const Formula formula_arcsin = {1, 0, 1, 0, compute_arcsin, {0.0}};

static int
compute_arccos(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = acos(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(-1.0, FINITE(sqrt((1.0 - x) * (1.0 + x))));
    }
    return !trouble;
}
static const Formula formula_arccos = {1, 0, 1, 0, compute_arccos, {0.0}};

static int
compute_arctan(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = atan(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, 1.0 + x * x);
    }
    return !trouble;
}
static const Formula formula_arctan = {1, 0, 1, 0, compute_arctan, {0.0}};

static int
compute_arctan2(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = atan2(x, y);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (!wanted) {
        return 1;
    }
    const double t0 = FINITE(row_hypot(x, y));
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(QUOTIENT(y, t0), t0);
    }
    if (wanted & 2) {
        derivatives[1] = QUOTIENT(QUOTIENT(-x, t0), t0);
    }
    return !trouble;
}
static const Formula formula_arctan2 = {2, 0, 3, 1, compute_arctan2, {0.0}};

static int
compute_hypot(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = row_hypot(x, y);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (!wanted) {
        return 1;
    }
    const double t0 = z == 0.0 ? 1.0 : z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(x, t0);
    }
    if (wanted & 2) {
        derivatives[1] = QUOTIENT(y, t0);
    }
    return !trouble;
}
static const Formula formula_hypot = {2, 0, 3, 0, compute_hypot, {0.0}};

static int
compute_sinh(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = sinh(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = FINITE(cosh(x));
    }
    return !trouble;
}
static const Formula formula_sinh = {1, 0, 1, 0, compute_sinh, {0.0}};

static int
compute_cosh(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = cosh(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = FINITE(sinh(x));
    }
    return !trouble;
}
static const Formula formula_cosh = {1, 0, 1, 0, compute_cosh, {0.0}};

static int
compute_tanh(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = tanh(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0 - z * z;
    }
    return 1;
}
static const Formula formula_tanh = {1, 0, 1, 0, compute_tanh, {0.0}};

static int
compute_arcsinh(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = asinh(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, FINITE(row_hypot(x, 1.0)));
    }
    return !trouble;
}
static const Formula formula_arcsinh = {1, 0, 1, 0, compute_arcsinh, {0.0}};

static int
compute_arccosh(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = acosh(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, FINITE(sqrt(x - 1.0)) * FINITE(sqrt(x + 1.0)));
    }
    return !trouble;
}
static const Formula formula_arccosh = {1, 0, 1, 0, compute_arccosh, {0.0}};

static int
compute_arctanh(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = atanh(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(1.0, (1.0 - x) * (1.0 + x));
    }
    return !trouble;
}
static const Formula formula_arctanh = {1, 0, 1, 0, compute_arctanh, {0.0}};

static int
compute_erf(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = erf(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.1283791670955126 * FINITE(exp((-x) * x));
    }
    return !trouble;
}
static const Formula formula_erf = {1, 0, 1, 0, compute_erf, {0.0}};

static int
compute_erfc(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = erfc(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = (-1.1283791670955126) * FINITE(exp((-x) * x));
    }
    return !trouble;
}
static const Formula formula_erfc = {1, 0, 1, 1, compute_erfc, {0.0}};

static int
compute_lgamma(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double z = row_lgamma(x);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = FINITE(row_polygamma(0.0, x));
    }
    return !trouble;
}
static const Formula formula_lgamma = {1, 0, 1, 0, compute_lgamma, {0.0}};

static int
compute_polygamma(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double z = row_polygamma(x, y);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 2) {
        derivatives[1] = FINITE(row_polygamma(x + 1.0, y));
    }
    return !trouble;
}
static const Formula formula_polygamma = {2, 0, 2, 0, compute_polygamma, {0.0}};

static int
compute_sigmoid(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = row_sigmoid(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = z * (1.0 - z);
    }
    return 1;
}
static const Formula formula_sigmoid = {1, 0, 1, 0, compute_sigmoid, {0.0}};

static int
compute_log_sigmoid(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double t0 = -x;
    const double z = -row_softplus(t0);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = row_sigmoid(t0);
    }
    return 1;
}
static const Formula formula_log_sigmoid = {1, 0, 1, 0, compute_log_sigmoid, {0.0}};

static int
compute_softplus(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = row_softplus(x);
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = row_sigmoid(x);
    }
    return 1;
}
static const Formula formula_softplus = {1, 0, 1, 0, compute_softplus, {0.0}};

static int
compute_relu(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double z = x <= 0.0 ? 0.0 : x;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = x > 0.0 ? 1.0 : 0.0;
    }
    return 1;
}
static const Formula formula_relu = {1, 0, 1, 0, compute_relu, {0.0}};

static int
compute_leaky_relu(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double y = args[1];
    const double t0 = x > 0.0;
    const double z = t0 ? x : y * x;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = t0 ? 1.0 : y;
    }
    if (wanted & 2) {
        derivatives[1] = t0 ? 0.0 : x;
    }
    return 1;
}
static const Formula formula_leaky_relu = {2, 1, 3, 0, compute_leaky_relu, {0.01}};

static int
compute_elu(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double y = args[1];
    const double t0 = x > 0.0;
    const double t1 = row_minimum(x, 0.0);
    const double t2 = FINITE(expm1(t1));
    const double z = t0 ? x : y * t2;
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = t0 ? 1.0 : y * FINITE(exp(t1));
    }
    if (wanted & 2) {
        derivatives[1] = t0 ? 0.0 : t2;
    }
    return !trouble;
}
static const Formula formula_elu = {2, 1, 3, 1, compute_elu, {1.0}};

static int
compute_selu(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double t0 = x > 0.0;
    const double t1 = row_minimum(x, 0.0);
    const double z = 1.0507009873554805 * (t0 ? x : 1.6732632423543772 * FINITE(expm1(t1)));
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 1.0507009873554805 * (t0 ? 1.0 : 1.6732632423543772 * FINITE(exp(t1)));
    }
    return !trouble;
}
static const Formula formula_selu = {1, 0, 1, 0, compute_selu, {0.0}};

static int
compute_gelu(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double t0 = FINITE(erfc((-x) * 0.7071067811865476));
    const double z = 0.5 * x * t0;
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = 0.5 * t0 + QUOTIENT(x * FINITE(exp((-0.5) * x * x)), 2.5066282746310002);
    }
    return !trouble;
}
static const Formula formula_gelu = {1, 0, 1, 0, compute_gelu, {0.0}};

static int
compute_silu(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double t0 = row_sigmoid(x);
    const double z = x * t0;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = t0 * (1.0 + x * row_sigmoid(-x));
    }
    return 1;
}
static const Formula formula_silu = {1, 0, 1, 0, compute_silu, {0.0}};

static int
compute_softsign(const double *args, unsigned wanted, double *value, double *derivatives)
{
    int trouble = 0;
    const double x = args[0];
    const double t0 = 1.0 + fabs(x);
    const double z = QUOTIENT(x, t0);
    if (trouble || !isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = QUOTIENT(QUOTIENT(1.0, t0), t0);
    }
    return !trouble;
}
static const Formula formula_softsign = {1, 0, 1, 0, compute_softsign, {0.0}};

static int
compute_mish(const double *args, unsigned wanted, double *value, double *derivatives)
{
    const double x = args[0];
    const double t0 = tanh(row_softplus(x));
    const double z = x * t0;
    if (!isfinite(z)) {
        return 0;
    }
    *value = z;
    if (wanted & 1) {
        derivatives[0] = t0 + x * row_sigmoid(x) * (1.0 - t0 * t0);
    }
    return 1;
}
static const Formula formula_mish = {1, 0, 1, 0, compute_mish, {0.0}};

#define FORMULAS(EACH) \
    EACH(add) \
    EACH(sub) \
    EACH(mul) \
    EACH(div) \
    EACH(mod) \
    EACH(pow) \
    EACH(floor_divide) \
    EACH(neg) \
    EACH(identity) \
    EACH(frozen) \
    EACH(reciprocal) \
    EACH(square) \
    EACH(abs) \
    EACH(sign) \
    EACH(floor) \
    EACH(ceil) \
    EACH(rint) \
    EACH(less) \
    EACH(less_equal) \
    EACH(greater) \
    EACH(greater_equal) \
    EACH(equal) \
    EACH(not_equal) \
    EACH(where) \
    EACH(maximum) \
    EACH(minimum) \
    EACH(clip) \
    EACH(exp) \
    EACH(exp2) \
    EACH(expm1) \
    EACH(log) \
    EACH(log2) \
    EACH(log10) \
    EACH(log1p) \
    EACH(logaddexp) \
    EACH(xlogy) \
    EACH(logit) \
    EACH(sqrt) \
    EACH(cbrt) \
    EACH(sin) \
    EACH(cos) \
    EACH(tan) \
    EACH(arcsin) \
    EACH(arccos) \
    EACH(arctan) \
    EACH(arctan2) \
    EACH(hypot) \
    EACH(sinh) \
    EACH(cosh) \
    EACH(tanh) \
    EACH(arcsinh) \
    EACH(arccosh) \
    EACH(arctanh) \
    EACH(erf) \
    EACH(erfc) \
    EACH(lgamma) \
    EACH(polygamma) \
    EACH(sigmoid) \
    EACH(log_sigmoid) \
    EACH(softplus) \
    EACH(relu) \
    EACH(leaky_relu) \
    EACH(elu) \
    EACH(selu) \
    EACH(gelu) \
    EACH(silu) \
    EACH(softsign) \
    EACH(mish)

#define METHODS(EACH) \
    EACH(reciprocal, reciprocal, "reciprocal($self, /)\n--\n\nx.reciprocal(): reciprocal(x)\n\n    z = 1.0 / x\n    dz/dx = (-z) * z\n    LaTeX: \\frac{1}{x}\n    Domain: the divisor is 0\n\n>>> from microbp import Value\n>>> round(Value(0.5).reciprocal().data, 9)\n2.0") \
    EACH(square, square, "square($self, /)\n--\n\nx.square(): square(x)\n\n    z = square(x)\n    dz/dx = 2.0 * x\n    LaTeX: x^{2}\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).square().data, 9)\n0.25") \
    EACH(abs, abs, "abs($self, /)\n--\n\nx.abs(): abs(x)\n\n    z = abs(x)\n    dz/dx = sign(x)\n    LaTeX: \\left|x\\right|\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).abs().data, 9)\n0.5") \
    EACH(sign, sign, "sign($self, /)\n--\n\nx.sign(): sign(x)\n\n    z = sign(x)\n    dz/dx = 0.0\n    LaTeX: \\operatorname{sign}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).sign().data, 9)\n1.0") \
    EACH(floor, floor, "floor($self, /)\n--\n\nx.floor(): floor(x)\n\n    z = floor(x)\n    dz/dx = 0.0\n    LaTeX: \\left\\lfloor x \\right\\rfloor\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).floor().data, 9)\n0.0") \
    EACH(ceil, ceil, "ceil($self, /)\n--\n\nx.ceil(): ceil(x)\n\n    z = ceil(x)\n    dz/dx = 0.0\n    LaTeX: \\left\\lceil x \\right\\rceil\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).ceil().data, 9)\n1.0") \
    EACH(rint, rint, "rint($self, /)\n--\n\nx.rint(): rint(x)\n\n    z = rint(x)\n    dz/dx = 0.0\n    LaTeX: \\operatorname{round}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).rint().data, 9)\n0.0") \
    EACH(exp, exp, "exp($self, /)\n--\n\nx.exp(): exp(x)\n\n    z = exp(x)\n    dz/dx = z\n    LaTeX: e^{x}\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).exp().data, 9)\n1.648721271") \
    EACH(exp2, exp2, "exp2($self, /)\n--\n\nx.exp2(): exp2(x)\n\n    z = exp2(x)\n    dz/dx = z * 0.6931471805599453\n    LaTeX: 2^{x}\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).exp2().data, 9)\n1.414213562") \
    EACH(expm1, expm1, "expm1($self, /)\n--\n\nx.expm1(): expm1(x)\n\n    z = expm1(x)\n    dz/dx = exp(x)\n    LaTeX: \\left(e^{x} - 1\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).expm1().data, 9)\n0.648721271") \
    EACH(log, log, "log($self, /)\n--\n\nx.log(): log(x)\n\n    z = log(x)\n    dz/dx = 1.0 / x\n    LaTeX: \\ln\\left(x\\right)\n    Domain: log needs x > 0; clip the argument, choose it with where() before, or take log_sigmoid, log_softmax or a cost from logits\n\n>>> from microbp import Value\n>>> round(Value(0.5).log().data, 9)\n-0.693147181") \
    EACH(log2, log2, "log2($self, /)\n--\n\nx.log2(): log2(x)\n\n    z = log2(x)\n    dz/dx = 1.0 / (x * 0.6931471805599453)\n    LaTeX: \\log_{2}\\left(x\\right)\n    Domain: log2 needs x > 0\n\n>>> from microbp import Value\n>>> round(Value(0.5).log2().data, 9)\n-1.0") \
    EACH(log10, log10, "log10($self, /)\n--\n\nx.log10(): log10(x)\n\n    z = log10(x)\n    dz/dx = 1.0 / (x * 2.302585092994046)\n    LaTeX: \\log_{10}\\left(x\\right)\n    Domain: log10 needs x > 0\n\n>>> from microbp import Value\n>>> round(Value(0.5).log10().data, 9)\n-0.301029996") \
    EACH(log1p, log1p, "log1p($self, /)\n--\n\nx.log1p(): log1p(x)\n\n    z = log1p(x)\n    dz/dx = 1.0 / (1.0 + x)\n    LaTeX: \\ln\\left(1 + x\\right)\n    Domain: log1p needs x > -1\n\n>>> from microbp import Value\n>>> round(Value(0.5).log1p().data, 9)\n0.405465108") \
    EACH(logit, logit, "logit($self, /)\n--\n\nx.logit(): logit(x)\n\n    z = where(abs(x - 0.5) < 0.25, 2.0 * arctanh(where(abs(x - 0.5) < 0.25, 2.0 * x - 1.0, 0.0)), log(x) - log1p(-x))\n    dz/dx = 1.0 / (x * (1.0 - x))\n    LaTeX: \\operatorname{logit}\\left(x\\right)\n    Domain: logit needs 0 < x < 1; clip the argument, or keep the number that sigmoid was taken of\n\n>>> from microbp import Value\n>>> round(Value(0.5).logit().data, 9)\n0.0") \
    EACH(sqrt, sqrt, "sqrt($self, /)\n--\n\nx.sqrt(): sqrt(x)\n\n    z = sqrt(x)\n    dz/dx = 0.5 / z\n    LaTeX: \\sqrt{x}\n    Domain: sqrt needs x >= 0 (and x > 0 for its derivative); clip the argument or add a small epsilon\n\n>>> from microbp import Value\n>>> round(Value(0.5).sqrt().data, 9)\n0.707106781") \
    EACH(cbrt, cbrt, "cbrt($self, /)\n--\n\nx.cbrt(): cbrt(x)\n\n    z = cbrt(x)\n    dz/dx = 1.0 / (3.0 * z * z)\n    LaTeX: \\sqrt[3]{x}\n    Domain: cbrt has no finite derivative at 0\n\n>>> from microbp import Value\n>>> round(Value(0.5).cbrt().data, 9)\n0.793700526") \
    EACH(sin, sin, "sin($self, /)\n--\n\nx.sin(): sin(x)\n\n    z = sin(x)\n    dz/dx = cos(x)\n    LaTeX: \\sin\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).sin().data, 9)\n0.479425539") \
    EACH(cos, cos, "cos($self, /)\n--\n\nx.cos(): cos(x)\n\n    z = cos(x)\n    dz/dx = -sin(x)\n    LaTeX: \\cos\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).cos().data, 9)\n0.877582562") \
    EACH(tan, tan, "tan($self, /)\n--\n\nx.tan(): tan(x)\n\n    z = tan(x)\n    dz/dx = 1.0 + z * z\n    LaTeX: \\tan\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).tan().data, 9)\n0.54630249") \
    EACH(arcsin, arcsin, "arcsin($self, /)\n--\n\nx.arcsin(): arcsin(x)\n\n    z = arcsin(x)\n    dz/dx = 1.0 / sqrt((1.0 - x) * (1.0 + x))\n    LaTeX: \\arcsin\\left(x\\right)\n    Domain: arcsin needs -1 <= x <= 1 (its derivative -1 < x < 1)\n\n>>> from microbp import Value\n>>> round(Value(0.5).arcsin().data, 9)\n0.523598776") \
    EACH(arccos, arccos, "arccos($self, /)\n--\n\nx.arccos(): arccos(x)\n\n    z = arccos(x)\n    dz/dx = (-1.0) / sqrt((1.0 - x) * (1.0 + x))\n    LaTeX: \\arccos\\left(x\\right)\n    Domain: arccos needs -1 <= x <= 1 (its derivative -1 < x < 1)\n\n>>> from microbp import Value\n>>> round(Value(0.5).arccos().data, 9)\n1.047197551") \
    EACH(arctan, arctan, "arctan($self, /)\n--\n\nx.arctan(): arctan(x)\n\n    z = arctan(x)\n    dz/dx = 1.0 / (1.0 + x * x)\n    LaTeX: \\arctan\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).arctan().data, 9)\n0.463647609") \
    EACH(sinh, sinh, "sinh($self, /)\n--\n\nx.sinh(): sinh(x)\n\n    z = sinh(x)\n    dz/dx = cosh(x)\n    LaTeX: \\sinh\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).sinh().data, 9)\n0.521095305") \
    EACH(cosh, cosh, "cosh($self, /)\n--\n\nx.cosh(): cosh(x)\n\n    z = cosh(x)\n    dz/dx = sinh(x)\n    LaTeX: \\cosh\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).cosh().data, 9)\n1.127625965") \
    EACH(tanh, tanh, "tanh($self, /)\n--\n\nx.tanh(): tanh(x)\n\n    z = tanh(x)\n    dz/dx = 1.0 - z * z\n    LaTeX: \\tanh\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).tanh().data, 9)\n0.462117157") \
    EACH(arcsinh, arcsinh, "arcsinh($self, /)\n--\n\nx.arcsinh(): arcsinh(x)\n\n    z = arcsinh(x)\n    dz/dx = 1.0 / hypot(x, 1.0)\n    LaTeX: \\operatorname{arsinh}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).arcsinh().data, 9)\n0.481211825") \
    EACH(arccosh, arccosh, "arccosh($self, /)\n--\n\nx.arccosh(): arccosh(x)\n\n    z = arccosh(x)\n    dz/dx = 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0))\n    LaTeX: \\operatorname{arcosh}\\left(x\\right)\n    Domain: arccosh needs x >= 1 (its derivative x > 1)\n\n>>> from microbp import Value\n>>> round(Value(1.0).arccosh().data, 9)\n0.0") \
    EACH(arctanh, arctanh, "arctanh($self, /)\n--\n\nx.arctanh(): arctanh(x)\n\n    z = arctanh(x)\n    dz/dx = 1.0 / ((1.0 - x) * (1.0 + x))\n    LaTeX: \\operatorname{artanh}\\left(x\\right)\n    Domain: arctanh needs -1 < x < 1\n\n>>> from microbp import Value\n>>> round(Value(0.5).arctanh().data, 9)\n0.549306144") \
    EACH(erf, erf, "erf($self, /)\n--\n\nx.erf(): erf(x)\n\n    z = erf(x)\n    dz/dx = 1.1283791670955126 * exp((-x) * x)\n    LaTeX: \\operatorname{erf}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).erf().data, 9)\n0.520499878") \
    EACH(erfc, erfc, "erfc($self, /)\n--\n\nx.erfc(): erfc(x)\n\n    z = erfc(x)\n    dz/dx = (-1.1283791670955126) * exp((-x) * x)\n    LaTeX: \\operatorname{erfc}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).erfc().data, 9)\n0.479500122") \
    EACH(lgamma, lgamma, "lgamma($self, /)\n--\n\nx.lgamma(): lgamma(x)\n\n    z = lgamma(x)\n    dz/dx = polygamma(0.0, x)\n    LaTeX: \\ln\\Gamma\\left(x\\right)\n    Domain: lgamma is kept to x > 0, where its derivative is known to full precision\n\n>>> from microbp import Value\n>>> round(Value(0.5).lgamma().data, 9)\n0.572364943") \
    EACH(sigmoid, sigmoid, "sigmoid($self, /)\n--\n\nx.sigmoid(): sigmoid(x)\n\n    z = 1.0 / (1.0 + exp(-x))\n    dz/dx = z * (1.0 - z)\n    LaTeX: \\sigma\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).sigmoid().data, 9)\n0.622459331") \
    EACH(log_sigmoid, log_sigmoid, "log_sigmoid($self, /)\n--\n\nx.log_sigmoid(): log_sigmoid(x)\n\n    z = -logaddexp(0.0, -(x))\n    dz/dx = sigmoid(-x)\n    LaTeX: \\ln\\sigma\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).log_sigmoid().data, 9)\n-0.474076984") \
    EACH(softplus, softplus, "softplus($self, /)\n--\n\nx.softplus(): softplus(x)\n\n    z = logaddexp(0.0, x)\n    dz/dx = sigmoid(x)\n    LaTeX: \\operatorname{softplus}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).softplus().data, 9)\n0.974076984") \
    EACH(relu, relu, "relu($self, /)\n--\n\nx.relu(): relu(x)\n\n    z = maximum(x, 0.0)\n    dz/dx = 1.0 if x > 0.0 else 0.0\n    LaTeX: \\operatorname{ReLU}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).relu().data, 9)\n0.5") \
    EACH(selu, selu, "selu($self, /)\n--\n\nx.selu(): selu(x)\n\n    z = 1.0507009873554805 * where(x > 0.0, x, 1.6732632423543772 * expm1(minimum(x, 0.0)))\n    dz/dx = 1.0507009873554805 * (1.0 if x > 0.0 else 1.6732632423543772 * exp(minimum(x, 0.0)))\n    LaTeX: \\operatorname{SELU}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).selu().data, 9)\n0.525350494") \
    EACH(gelu, gelu, "gelu($self, /)\n--\n\nx.gelu(): gelu(x)\n\n    z = 0.5 * x * erfc(-(x) * 0.7071067811865476)\n    dz/dx = 0.5 * erfc((-x) * 0.7071067811865476) + x * exp((-0.5) * x * x) / 2.5066282746310002\n    LaTeX: \\operatorname{GELU}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).gelu().data, 9)\n0.345731231") \
    EACH(silu, silu, "silu($self, /)\n--\n\nx.silu(): silu(x)\n\n    z = x / (1.0 + exp(-x))\n    dz/dx = sigmoid(x) * (1.0 + x * sigmoid(-x))\n    LaTeX: \\operatorname{SiLU}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).silu().data, 9)\n0.311229666") \
    EACH(softsign, softsign, "softsign($self, /)\n--\n\nx.softsign(): softsign(x)\n\n    z = x / (1.0 + abs(x))\n    dz/dx = 1.0 / (1.0 + abs(x)) / (1.0 + abs(x))\n    LaTeX: \\operatorname{softsign}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).softsign().data, 9)\n0.333333333") \
    EACH(mish, mish, "mish($self, /)\n--\n\nx.mish(): mish(x)\n\n    z = x * tanh(logaddexp(0.0, x))\n    dz/dx = tanh(softplus(x)) + x * sigmoid(x) * (1.0 - tanh(softplus(x)) * tanh(softplus(x)))\n    LaTeX: \\operatorname{mish}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).mish().data, 9)\n0.375245211") \
    EACH(fabs, abs, "fabs($self, /)\n--\n\nx.fabs(): abs(x)\n\n    z = abs(x)\n    dz/dx = sign(x)\n    LaTeX: \\left|x\\right|\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).fabs().data, 9)\n0.5") \
    EACH(round, rint, "round($self, /)\n--\n\nx.round(): rint(x)\n\n    z = rint(x)\n    dz/dx = 0.0\n    LaTeX: \\operatorname{round}\\left(x\\right)\n    Domain: every number\n\n>>> from microbp import Value\n>>> round(Value(0.5).round().data, 9)\n0.0")

#define RECORDERS_OF_ROWS { \
    record_add, \
    record_sub, \
    record_mul, \
    record_div, \
    record_mod, \
    record_pow, \
    record_floor_divide, \
    record_neg, \
    record_identity, \
    record_frozen, \
    record_reciprocal, \
    record_square, \
    record_abs, \
    record_sign, \
    record_floor, \
    record_ceil, \
    record_rint, \
    record_less, \
    record_less_equal, \
    record_greater, \
    record_greater_equal, \
    record_equal, \
    record_not_equal, \
    record_where, \
    record_maximum, \
    record_minimum, \
    record_clip, \
    record_exp, \
    record_exp2, \
    record_expm1, \
    record_log, \
    record_log2, \
    record_log10, \
    record_log1p, \
    record_logaddexp, \
    record_xlogy, \
    record_logit, \
    record_sqrt, \
    record_cbrt, \
    record_sin, \
    record_cos, \
    record_tan, \
    record_arcsin, \
    record_arccos, \
    record_arctan, \
    record_arctan2, \
    record_hypot, \
    record_sinh, \
    record_cosh, \
    record_tanh, \
    record_arcsinh, \
    record_arccosh, \
    record_arctanh, \
    record_erf, \
    record_erfc, \
    record_lgamma, \
    record_polygamma, \
    record_sigmoid, \
    record_log_sigmoid, \
    record_softplus, \
    record_relu, \
    record_leaky_relu, \
    record_elu, \
    record_selu, \
    record_gelu, \
    record_silu, \
    record_softsign, \
    record_mish, \
    record_weighted_sum, \
    record_sum, \
    record_mean, \
    NULL, \
    record_max, \
    record_min, \
    record_norm, \
    record_logsumexp, \
}
