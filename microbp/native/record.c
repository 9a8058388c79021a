/* Recording an operation: rows of numbers, the operators and methods of Value, and the call of a row.

   Whatever is out of the ordinary (an argument of another kind, a result or a derivative that is not a number) makes a
   recorder return NULL without an error. The caller then leaves the operation to Python, which records it or finds the
   words of the error. */


/* -- rows of numbers ------------------------------------------------------------------------------------------- */

static inline __attribute__((always_inline)) PyObject *
record(const Formula *formula, int row, PyObject *const *args, Py_ssize_t count)
{
    double x[MOST_ARGUMENTS], d[MOST_ARGUMENTS] = {0.0}, z;
    unsigned wanted = 0;
    const int arity = formula->arity, given = (int)count;
    if (given > arity || given < arity - formula->defaulted) {
        return NULL;
    }
    for (int i = 0; i < given; i++) {
        if (IS_VALUE(args[i])) {
            x[i] = ((Value *)args[i])->data;
            wanted |= 1u << i;
        }
        else if (!read_plain(args[i], &x[i])) {
            return NULL;
        }
    }
    for (int i = given; i < arity; i++) {
        x[i] = formula->defaults[i - arity + formula->defaulted];
    }
    if (wanted & ~formula->differentiable) {
        return NULL;
    }
    const int state = wanted ? recording_state() : UNRECORDED;
    if (state == TRACED || !formula->compute(x, state == RECORDED ? wanted : 0, &z, d)) {
        return NULL;
    }
    if (state == UNRECORDED) {
        return wanted ? (PyObject *)unrecorded_value(z) : PyFloat_FromDouble(z);
    }
    Value *v = new_value((uint32_t)(formula->keeps ? 2 * arity : arity), z);
    if (v == NULL) {
        return NULL;
    }
    v->op = Py_NewRef(ops[row]);
    if (formula->keeps) {
        v->keeps = 1;
        for (int i = 0; i < arity; i++) {
            v->edges[arity + i] = (Edge){NULL, x[i]};
        }
    }
    for (int i = 0; i < arity; i++) {
        const int is_parent = wanted >> i & 1;
        v->edges[i].parent = is_parent ? (Value *)Py_NewRef(args[i]) : NULL;
        v->edges[i].number = is_parent ? d[i] : x[i];
    }
    return (PyObject *)v;
}

#define RECORDER(name)                                                                                                 \
    static PyObject *record_##name(PyObject *const *args, Py_ssize_t count)                                            \
    {                                                                                                                  \
        return record(&formula_##name, ROW_##name, args, count);                                                       \
    }
FORMULAS(RECORDER)

static const Recorder RECORDERS[] = RECORDERS_OF_ROWS;

/* -- the call of a row ----------------------------------------------------------------------------------------- */

static PyObject *
row_vectorcall(PyObject *self, PyObject *const *args, size_t flags, PyObject *names)
{
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (((Row *)self)->index >= 0 && names == NULL) {
        PyObject *z = RECORDERS[((Row *)self)->index](args, count);
        if (z != NULL || PyErr_Occurred()) {
            return z;
        }
    }
    PyObject *read = PyObject_GetAttr(self, known.read);
    if (read == NULL) {
        return NULL;
    }
    PyObject *z = PyObject_Vectorcall(read, args, count, names);
    Py_DECREF(read);
    return z;
}

static PyObject *
row_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    Row *row = (Row *)type->tp_alloc(type, 0);
    if (row != NULL) {
        row->call = row_vectorcall;
        row->index = -1;
    }
    return (PyObject *)row;
}

static PyTypeObject row_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "microbp.native._engine.Row",
    .tp_doc = "The base class of Op: its call is native for the rows of the table.",
    .tp_basicsize = sizeof(Row),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_vectorcall_offset = offsetof(Row, call),
    .tp_call = PyVectorcall_Call,
    .tp_new = row_new,
};

/* Take the rows of the table over: from here on their calls are native. */
static int
bind_rows(PyObject *table)
{
    for (int i = 0; i < ROW_COUNT; i++) {
        PyObject *op = PyMapping_GetItemString(table, NAMES[i]);
        if (op == NULL || !PyObject_TypeCheck(op, &row_type)) {
            Py_XDECREF(op);
            return -1;
        }
        ((Row *)op)->index = RECORDERS[i] == NULL ? -1 : i;
        Py_XSETREF(ops[i], op);
    }
    return 0;
}

/* -- operators and methods ------------------------------------------------------------------------------------- */

/* Python's part of an operation. */
static PyObject *
leave_to_python(int row, PyObject *const *args, Py_ssize_t count)
{
    PyObject *tuple = PyTuple_New(count);
    if (tuple == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    }
    PyObject *z = PyObject_CallFunctionObjArgs(hooks.apply, ops[row], tuple, NULL);
    Py_DECREF(tuple);
    return z;
}

static inline PyObject *
operate(int row, Recorder recorder, PyObject *const *args, Py_ssize_t count)
{
    PyObject *z = recorder(args, count);
    return z != NULL || PyErr_Occurred() ? z : leave_to_python(row, args, count);
}

#define BINARY(row)                                                                                                    \
    static PyObject *operator_##row(PyObject *x, PyObject *y)                                                          \
    {                                                                                                                  \
        PyObject *const args[] = {x, y};                                                                               \
        return operate(ROW_##row, record_##row, args, 2);                                                              \
    }
#define UNARY(row)                                                                                                     \
    static PyObject *operator_##row(PyObject *x)                                                                       \
    {                                                                                                                  \
        return operate(ROW_##row, record_##row, &x, 1);                                                                \
    }
BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(div)
BINARY(mod)
BINARY(floor_divide)
UNARY(neg)
UNARY(abs)

static PyObject *
operator_pow(PyObject *x, PyObject *y, PyObject *modulus)
{
    PyObject *const args[] = {x, y};
    return modulus == Py_None ? operate(ROW_pow, record_pow, args, 2) : Py_NewRef(Py_NotImplemented);
}

static PyObject *
operator_pos(PyObject *x)
{
    return Py_NewRef(x);
}

static const PyType_Slot operator_slots[] = {
    {Py_nb_add, operator_add},         {Py_nb_subtract, operator_sub}, {Py_nb_multiply, operator_mul},
    {Py_nb_true_divide, operator_div}, {Py_nb_remainder, operator_mod}, {Py_nb_power, operator_pow},
    {Py_nb_negative, operator_neg},    {Py_nb_absolute, operator_abs}, {Py_nb_positive, operator_pos},
    {Py_nb_floor_divide, operator_floor_divide},
};

/* NumPy finds the functions of one argument as methods: np.exp of an array of Values calls exp() of each. */
#define METHOD(method, row, doc)                                                                                            \
    static PyObject *method_##method(PyObject *x, PyObject *Py_UNUSED(unused))                                         \
    {                                                                                                                  \
        return operate(ROW_##row, record_##row, &x, 1);                                                                \
    }
METHODS(METHOD)

/* Value.apply(op, args): what op(*args) means. */
static PyObject *
value_apply(PyObject *Py_UNUSED(type), PyObject *const *given, Py_ssize_t count)
{
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "apply takes an operation and its arguments");
        return NULL;
    }
    PyObject *op = given[0], *args = given[1], *z = NULL;
    if (PyObject_TypeCheck(op, &row_type) && ((Row *)op)->index >= 0 && (PyTuple_CheckExact(args) || PyList_CheckExact(args))) {
        z = RECORDERS[((Row *)op)->index](PySequence_Fast_ITEMS(args), PySequence_Fast_GET_SIZE(args));
    }
    return z != NULL || PyErr_Occurred() ? z : PyObject_CallFunctionObjArgs(hooks.apply, op, args, NULL);
}

#define METHOD_ENTRY(method, row, doc) {#method, method_##method, METH_NOARGS, doc},
static PyMethodDef value_methods[] = {
    METHODS(METHOD_ENTRY)
    {"apply", (PyCFunction)(void (*)(void))value_apply, METH_STATIC | METH_FASTCALL, "What op(*args) means."},
    {"backward", (PyCFunction)(void (*)(void))value_backward, METH_FASTCALL | METH_KEYWORDS,
     "Write the derivatives of this node, times a seed, into the grads of all it depends on."},
    {"__sizeof__", value_sizeof, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
