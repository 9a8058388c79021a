/* Recording the rows of lists. The edges of the new node are where a row works: first every argument's number stands
   there, then the derivative with respect to it, or the constant.

   Python's math.fsum is exact, so that any right way to add up has its bits. math.hypot is Python's own, and called. */

#define MOST_PARTS 64 /* of a sum without rounding; seldom more than three */

/* A sum without rounding, as parts that do not overlap: Shewchuk, Adaptive precision floating-point arithmetic (1997). */
typedef struct {
    double parts[MOST_PARTS];
    int count;
    int overflow;
} Exact;

static void
exact_add(Exact *sum, double x)
{
    int kept = 0;
    for (int i = 0; i < sum->count; i++) {
        double y = sum->parts[i];
        if (fabs(x) < fabs(y)) {
            const double larger = y;
            y = x;
            x = larger;
        }
        const double high = x + y, low = y - (high - x);
        if (low != 0.0) {
            sum->parts[kept++] = low;
        }
        x = high;
    }
    if (x != 0.0) {
        if (kept == MOST_PARTS) {
            sum->overflow = 1;
            return;
        }
        sum->parts[kept++] = x;
    }
    sum->count = kept;
}

/* The sum rounded once, half to even; not finite where it or a sum on the way is too large. */
static double
exact_rounded(const Exact *sum)
{
    int n = sum->count;
    if (sum->overflow) {
        return NAN;
    }
    if (n == 0) {
        return 0.0;
    }
    double high = sum->parts[--n], low = 0.0;
    while (n > 0) {
        const double x = high, y = sum->parts[--n];
        high = x + y;
        low = y - (high - x);
        if (low != 0.0) {
            break;
        }
    }
    /* half an ulp is left, and what is below it decides */
    if (n > 0 && ((low < 0.0 && sum->parts[n - 1] < 0.0) || (low > 0.0 && sum->parts[n - 1] > 0.0))) {
        const double twice = low * 2.0, x = high + twice;
        if (twice == x - high) {
            high = x;
        }
    }
    return high;
}

/* -- the values ------------------------------------------------------------------------------------------------ */

static double
value_of_sum(const Value *v)
{
    Exact sum = {.count = 0};
    for (uint32_t i = 0; i < v->count; i++) {
        exact_add(&sum, v->edges[i].number);
    }
    return exact_rounded(&sum);
}

static double
value_of_mean(const Value *v)
{
    return value_of_sum(v) / (double)v->count;
}

static double
value_of_max(const Value *v)
{
    double z = v->edges[0].number;
    for (uint32_t i = 1; i < v->count; i++) {
        z = v->edges[i].number > z ? v->edges[i].number : z;
    }
    return z;
}

static double
value_of_min(const Value *v)
{
    double z = v->edges[0].number;
    for (uint32_t i = 1; i < v->count; i++) {
        z = v->edges[i].number < z ? v->edges[i].number : z;
    }
    return z;
}

static double
value_of_logsumexp(const Value *v)
{
    const double top = value_of_max(v);
    Exact rest = {.count = 0};
    int met = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        const double x = v->edges[i].number;
        if (x == top && !met) {
            met = 1;
        }
        else {
            exact_add(&rest, exp(x - top));
        }
    }
    return top + log1p(exact_rounded(&rest));
}

static double
value_of_norm(const Value *v)
{
    PyObject *args = PyTuple_New(1), *list = PyList_New(v->count);
    for (uint32_t i = 0; list != NULL && i < v->count; i++) {
        PyObject *x = PyFloat_FromDouble(v->edges[i].number);
        if (x == NULL) {
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(list, i, x);
    }
    if (args == NULL || list == NULL) {
        Py_XDECREF(args);
        Py_XDECREF(list);
        return NAN;
    }
    PyTuple_SET_ITEM(args, 0, list);
    return call_forward(ROW_norm, args);
}

/* -- the derivatives -------------------------------------------------------------------------------------------- */

static int
fill(Value *v, double slope)
{
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->edges[i].parent != NULL) {
            v->edges[i].number = slope;
        }
    }
    return 1;
}

static int
slopes_of_sum(Value *v)
{
    return fill(v, 1.0);
}

static int
slopes_of_mean(Value *v)
{
    return fill(v, 1.0 / (double)v->count);
}

/* Those that equal the largest (or smallest) share the derivative. */
static int
slopes_of_ties(Value *v)
{
    double ties = 0.0;
    for (uint32_t i = 0; i < v->count; i++) {
        ties += v->edges[i].number == v->data;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->edges[i].parent != NULL) {
            v->edges[i].number = (v->edges[i].number == v->data ? 1.0 : 0.0) / ties;
        }
    }
    return 1;
}

static int
slopes_of_norm(Value *v)
{
    const double divisor = v->data == 0.0 ? 1.0 : v->data;
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->edges[i].parent != NULL) {
            v->edges[i].number = v->edges[i].number / divisor;
        }
    }
    return 1;
}

static int
slopes_of_logsumexp(Value *v)
{
    int all_finite = 1;
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->edges[i].parent != NULL) {
            v->edges[i].number = exp(v->edges[i].number - v->data);
            all_finite &= isfinite(v->edges[i].number) != 0;
        }
    }
    return all_finite;
}

/* -- recording ------------------------------------------------------------------------------------------------- */

/* Hand the node out, or what takes its place where nothing is recorded; the reference is taken over. */
static PyObject *
finished(Value *v, int row, double z, int any_parent, int (*slopes)(Value *))
{
    PyObject *found = NULL;
    const int state = any_parent ? recording_state() : UNRECORDED;
    if (!isfinite(z) || state == TRACED) { /* Python's part */
    }
    else if (!any_parent) {
        found = PyFloat_FromDouble(z);
    }
    else if (state == UNRECORDED) {
        found = (PyObject *)unrecorded_value(z);
    }
    else {
        v->data = z;
        if (slopes == NULL || slopes(v)) {
            v->op = Py_NewRef(ops[row]);
            return (PyObject *)v;
        }
    }
    Py_DECREF(v);
    return found;
}

#define IS_LIST(x) (PyList_CheckExact(x) || PyTuple_CheckExact(x))

static PyObject *
record_list(int row, PyObject *const *args, Py_ssize_t count, double (*value)(const Value *), int (*slopes)(Value *))
{
    if (count != 1 || !IS_LIST(args[0])) {
        return NULL;
    }
    const Py_ssize_t size = PySequence_Fast_GET_SIZE(args[0]);
    PyObject **entries = PySequence_Fast_ITEMS(args[0]);
    if (size == 0 || size >= MOST_EDGES) {
        return NULL;
    }
    Value *v = new_value((uint32_t)size, 0.0);
    if (v == NULL) {
        return NULL;
    }
    int any_parent = 0, is_ordinary = 1;
    for (Py_ssize_t i = 0; i < size; i++) {
        Edge *edge = &v->edges[i];
        if (IS_VALUE(entries[i])) {
            edge->parent = (Value *)Py_NewRef(entries[i]);
            edge->number = edge->parent->data;
            any_parent = 1;
        }
        else {
            edge->parent = NULL;
            is_ordinary &= read_plain(entries[i], &edge->number);
        }
    }
    return finished(v, row, is_ordinary ? value(v) : NAN, any_parent, slopes);
}

/* The weighted input of a neuron: from left to right, as Python adds. */
static PyObject *
record_weighted_sum(PyObject *const *args, Py_ssize_t count)
{
    if (count < 2 || count > 3 || !IS_LIST(args[0]) || !IS_LIST(args[1])) {
        return NULL;
    }
    const Py_ssize_t size = PySequence_Fast_GET_SIZE(args[0]);
    if (size == 0 || size != PySequence_Fast_GET_SIZE(args[1]) || size >= MOST_EDGES / 2) {
        return NULL;
    }
    PyObject **weights = PySequence_Fast_ITEMS(args[0]), **inputs = PySequence_Fast_ITEMS(args[1]);
    Value *v = new_value(2 * (uint32_t)size + 1, 0.0);
    if (v == NULL) {
        return NULL;
    }
    Edge *of_weight = v->edges, *of_input = v->edges + size, *of_bias = v->edges + 2 * size;
    int any_parent = 0, is_ordinary = 1;
    double z = 0.0;
    for (Py_ssize_t i = 0; i < size; i++) {
        PyObject *weight = weights[i], *input = inputs[i];
        double w = NAN, a = NAN;
        Value *w_node = NULL, *a_node = NULL;
        if (IS_VALUE(weight)) {
            w_node = (Value *)Py_NewRef(weight);
            w = w_node->data;
            any_parent = 1;
        }
        else {
            is_ordinary &= read_plain(weight, &w);
        }
        if (IS_VALUE(input)) {
            a_node = (Value *)Py_NewRef(input);
            a = a_node->data;
            any_parent = 1;
        }
        else {
            is_ordinary &= read_plain(input, &a);
        }
        z += w * a;
        of_weight[i].parent = w_node;
        of_weight[i].number = w_node != NULL ? a : w;
        of_input[i].parent = a_node;
        of_input[i].number = a_node != NULL ? w : a;
    }
    of_bias->parent = NULL;
    of_bias->number = 0.0;
    if (count == 3) {
        double b = NAN;
        if (IS_VALUE(args[2])) {
            of_bias->parent = (Value *)Py_NewRef(args[2]);
            b = of_bias->parent->data;
            any_parent = 1;
        }
        else {
            is_ordinary &= read_plain(args[2], &b);
        }
        of_bias->number = of_bias->parent != NULL ? 1.0 : b;
        z += b;
    }
    else {
        z += 0.0;
    }
    return finished(v, ROW_weighted_sum, is_ordinary ? z : NAN, any_parent, NULL);
}

#define LIST_RECORDER(name, slopes)                                                                                    \
    static PyObject *record_##name(PyObject *const *args, Py_ssize_t count)                                                   \
    {                                                                                                                  \
        return record_list(ROW_##name, args, count, value_of_##name, slopes_of_##slopes);                              \
    }
LIST_RECORDER(sum, sum)
LIST_RECORDER(mean, mean)
LIST_RECORDER(max, ties)
LIST_RECORDER(min, ties)
LIST_RECORDER(norm, norm)
LIST_RECORDER(logsumexp, logsumexp)
