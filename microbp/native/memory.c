/* The memory of nodes, and reading what an argument or the context says. */

#ifdef __SANITIZE_ADDRESS__
#define POOL_SIZE 0 /* a node that is used after its end is to be seen */
#else
#define POOL_SIZE (1 << 20) /* how many nodes of one size are kept for the next graph: 100 MB that graphs have needed */
#endif

/* -- memory ---------------------------------------------------------------------------------------------------- */

static Value *
allocate_value(uint32_t count)
{
    Value *v = PyObject_Malloc(sizeof(Value) + count * sizeof(Edge));
    if (v == NULL) {
        PyErr_NoMemory();
    }
    return v;
}

static void
free_value(Value *v)
{
    const uint32_t count = v->count;
    if (count < POOLS && pools[count].size < POOL_SIZE) {
        v->op = (PyObject *)pools[count].first;
        pools[count].first = v;
        pools[count].size++;
    }
    else {
        PyObject_Free(v);
    }
    Py_DECREF(value_type);
}

/* Nodes whose last reference is gone, chained through `label`. A node that goes may take its parents with it, and they
   theirs: they queue here instead of on the stack. */
static Value *doomed;
static int releasing;

static void
value_dealloc(PyObject *self)
{
    Value *v = (Value *)self;
    Py_XDECREF(v->label);
    v->label = (PyObject *)doomed;
    doomed = v;
    if (releasing) {
        return;
    }
    releasing = 1;
    while ((v = doomed) != NULL) {
        PyObject *op = v->op;
        doomed = (Value *)v->label;
        for (uint32_t i = 0; i < v->count; i++) {
            Py_XDECREF(v->edges[i].parent);
        }
        free_value(v);
        Py_XDECREF(op);
    }
    releasing = 0;
}

static void trim_sweep(void);

/* trim(): give back the memory of the nodes that are kept for the next graph. */
static PyObject *
engine_trim(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    for (int i = 0; i < POOLS; i++) {
        for (Value *v; (v = pools[i].first) != NULL; PyObject_Free(v)) {
            pools[i].first = (Value *)v->op;
        }
        pools[i].size = 0;
    }
    trim_sweep();
    Py_RETURN_NONE;
}

static PyObject *
value_sizeof(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return PyLong_FromSize_t(sizeof(Value) + ((Value *)self)->count * sizeof(Edge));
}

/* -- reading --------------------------------------------------------------------------------------------------- */

static int
read_plain(PyObject *x, double *number)
{
    if (PyFloat_Check(x)) {
        *number = PyFloat_AS_DOUBLE(x);
    }
    else if (PyLong_Check(x)) {
        *number = PyLong_AsDouble(x);
        if (*number == -1.0 && PyErr_Occurred()) {
            PyErr_Clear();
            return 0;
        }
    }
    else {
        return 0;
    }
    return isfinite(*number);
}

/* What operations do now: record a graph, compute numbers only, or neither: a function is traced, and Python knows. */
enum { UNRECORDED, RECORDED, TRACED };

static int
recording_state(void)
{
    PyObject *on = NULL;
    if (PyContextVar_Get(hooks.recording, Py_True, &on) < 0) {
        PyErr_Clear(); /* the variable has a default: this cannot fail */
        return RECORDED;
    }
    Py_DECREF(on);
    return on == Py_True ? RECORDED : on == Py_False ? UNRECORDED : TRACED;
}

static Value *
unrecorded_value(double data)
{
    Value *v = new_value(0, data);
    if (v != NULL) {
        v->unrecorded = 1;
    }
    return v;
}
