/* The type Value: construction, attributes, comparing. What is not here is inherited from the base class in Python. */

/* -- construction ---------------------------------------------------------------------------------------------- */

/* The number of an object as a Value holds it; -1.0 and an error, from Python, for what is none. */
static double
checked(PyObject *x, PyObject *hook)
{
    if (PyFloat_CheckExact(x) && isfinite(PyFloat_AS_DOUBLE(x))) {
        return PyFloat_AS_DOUBLE(x);
    }
    PyObject *number = PyObject_CallOneArg(hook, x);
    if (number == NULL) {
        return -1.0;
    }
    const double found = PyFloat_AsDouble(number);
    Py_DECREF(number);
    return found;
}

/* A label as a node holds it: NULL for the empty one. */
static int
checked_label(PyObject *label, PyObject **found)
{
    if (label == NULL) {
        PyErr_SetString(PyExc_AttributeError, "the label of a Value cannot be deleted");
        return -1;
    }
    label = PyUnicode_CheckExact(label) ? Py_NewRef(label) : PyObject_CallOneArg(hooks.as_label, label);
    if (label != NULL && !PyUnicode_CheckExact(label)) {
        PyErr_SetString(PyExc_TypeError, "a label is a str");
        Py_CLEAR(label);
    }
    if (label == NULL) {
        return -1;
    }
    if (PyUnicode_GET_LENGTH(label) == 0) {
        Py_CLEAR(label);
    }
    *found = label;
    return 0;
}

/* The node itself, once it is in the list of the leaves that are made, if somebody keeps one; NULL on an error. */
static PyObject *
listed(Value *v)
{
    PyObject *leaves = NULL;
    if (PyContextVar_Get(hooks.leaves, NULL, &leaves) < 0 ||
        (leaves != NULL && leaves != Py_None && PyList_Append(leaves, (PyObject *)v) < 0)) {
        Py_CLEAR(v);
    }
    Py_XDECREF(leaves);
    return (PyObject *)v;
}

static PyObject *
new_leaf(PyObject *data, PyObject *label)
{
    PyObject *text = NULL;
    const double number = checked(data, hooks.as_data);
    if ((number == -1.0 && PyErr_Occurred()) || (label != NULL && checked_label(label, &text) < 0)) {
        return NULL;
    }
    Value *v = new_value(0, number);
    if (v == NULL) {
        Py_XDECREF(text);
        return NULL;
    }
    v->label = text;
    return listed(v);
}

static PyObject *
value_new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"data", "label", NULL};
    PyObject *data, *label = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:Value", names, &data, &label)) {
        return NULL;
    }
    return new_leaf(data, label);
}

/* Value(x) and Value(x, "label") without a tuple of arguments. */
static PyObject *
value_vectorcall(PyObject *type, PyObject *const *args, size_t flags, PyObject *names)
{
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (names == NULL && (count == 1 || count == 2)) {
        return new_leaf(args[0], count == 2 ? args[1] : NULL);
    }
    PyObject *v = NULL, *kwargs = NULL, *positional = PyTuple_New(count);
    for (Py_ssize_t i = 0; positional != NULL && i < count; i++) {
        PyTuple_SET_ITEM(positional, i, Py_NewRef(args[i]));
    }
    if (positional != NULL && (names == NULL || (kwargs = PyDict_New()) != NULL)) {
        int failed = 0;
        for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names) && !failed; i++) {
            failed = PyDict_SetItem(kwargs, PyTuple_GET_ITEM(names, i), args[count + i]) < 0;
        }
        v = failed ? NULL : value_new((PyTypeObject *)type, positional, kwargs);
    }
    Py_XDECREF(positional);
    Py_XDECREF(kwargs);
    return v;
}

/* Fill the edges of a new node; 0 and an error where the partials are not one for each parent. */
static int
fill_edges(Value *v, PyObject *args, PyObject *partials)
{
    Py_ssize_t used = 0;
    for (uint32_t i = 0; i < PyTuple_GET_SIZE(args); i++) {
        PyObject *arg = PyTuple_GET_ITEM(args, i), *number = arg;
        if (IS_VALUE(arg)) {
            number = used < PyTuple_GET_SIZE(partials) ? PyTuple_GET_ITEM(partials, used) : Py_None;
            used++;
        }
        v->edges[i].parent = IS_VALUE(arg) ? (Value *)Py_NewRef(arg) : NULL;
        v->edges[i].number = PyErr_Occurred() ? NAN : PyFloat_AsDouble(number);
    }
    if (!PyErr_Occurred() && used != PyTuple_GET_SIZE(partials)) {
        PyErr_SetString(PyExc_ValueError, "a node has one local derivative for each parent");
    }
    return !PyErr_Occurred();
}

/* make(data, grad, label, op, args, partials, kept): a node as it was recorded, for copies and for what is read from a
   file. */
static PyObject *
engine_make(PyObject *Py_UNUSED(module), PyObject *const *given, Py_ssize_t count)
{
    if (count != 6 && count != 7) {
        PyErr_SetString(PyExc_TypeError, "make takes data, grad, label, op, args, partials, and what is kept");
        return NULL;
    }
    PyObject *op = given[3], *text = NULL, *args = PySequence_Tuple(given[4]), *partials = NULL, *kept = NULL;
    Value *v = NULL;
    if (args == NULL || (partials = PySequence_Tuple(given[5])) == NULL ||
        (kept = count == 7 ? PySequence_Tuple(given[6]) : PyTuple_New(0)) == NULL) {
    }
    else if (op == Py_None ? PyTuple_GET_SIZE(args) != 0 : !PyObject_TypeCheck(op, &row_type)) {
        PyErr_SetString(PyExc_TypeError, "a node is a leaf, or it has an operation with arguments");
    }
    else if (PyTuple_GET_SIZE(kept) != 0 && PyTuple_GET_SIZE(kept) != PyTuple_GET_SIZE(args)) {
        PyErr_SetString(PyExc_ValueError, "a node keeps the number of every argument, or none");
    }
    else if (PyTuple_GET_SIZE(args) >= MOST_EDGES / 2) {
        PyErr_NoMemory();
    }
    else {
        const double data = checked(given[0], hooks.as_data);
        const double grad = PyErr_Occurred() ? -1.0 : checked(given[1], hooks.as_grad);
        const uint32_t size = (uint32_t)(PyTuple_GET_SIZE(args) + PyTuple_GET_SIZE(kept));
        if (!PyErr_Occurred() && checked_label(given[2], &text) == 0 && (v = new_value(size, data)) != NULL) {
            v->grad = grad;
            v->label = text;
            v->op = op == Py_None ? NULL : Py_NewRef(op);
            v->keeps = PyTuple_GET_SIZE(kept) != 0;
            text = NULL;
            for (uint32_t i = argument_count(v); i < size; i++) {
                PyObject *number = PyTuple_GET_ITEM(kept, i - argument_count(v));
                v->edges[i] = (Edge){NULL, PyErr_Occurred() ? NAN : PyFloat_AsDouble(number)};
            }
            if (!fill_edges(v, args, partials)) {
                Py_CLEAR(v);
            }
        }
    }
    Py_XDECREF(text);
    Py_XDECREF(args);
    Py_XDECREF(partials);
    Py_XDECREF(kept);
    return v == NULL || v->op != NULL ? (PyObject *)v : listed(v);
}

/* -- attributes ------------------------------------------------------------------------------------------------ */

static PyObject *
get_data(PyObject *self, void *Py_UNUSED(closure))
{
    return PyFloat_FromDouble(((Value *)self)->data);
}

static PyObject *
get_grad(PyObject *self, void *Py_UNUSED(closure))
{
    return PyFloat_FromDouble(((Value *)self)->grad);
}

/* Assign to data or to grad what the hook lets pass. */
static int
set_number(double *slot, PyObject *x, PyObject *hook)
{
    if (x == NULL) {
        PyErr_SetString(PyExc_AttributeError, "the numbers of a Value cannot be deleted");
        return -1;
    }
    const double number = checked(x, hook);
    if (number == -1.0 && PyErr_Occurred()) {
        return -1;
    }
    *slot = number;
    return 0;
}

static int
set_data(PyObject *self, PyObject *x, void *Py_UNUSED(closure))
{
    if (set_number(&((Value *)self)->data, x, hooks.as_data) < 0) {
        return -1;
    }
    edits++;
    return 0;
}

static int
set_grad(PyObject *self, PyObject *x, void *Py_UNUSED(closure))
{
    return set_number(&((Value *)self)->grad, x, hooks.as_grad);
}

static PyObject *
get_label(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *label = ((Value *)self)->label;
    return label != NULL ? Py_NewRef(label) : PyUnicode_New(0, 0);
}

static int
set_label(PyObject *self, PyObject *label, void *Py_UNUSED(closure))
{
    PyObject *text = NULL;
    if (checked_label(label, &text) < 0) {
        return -1;
    }
    Py_XSETREF(((Value *)self)->label, text);
    return 0;
}

static PyObject *
get_op(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *op = ((Value *)self)->op;
    return Py_NewRef(op != NULL ? op : Py_None);
}

enum { ARGS, PARENTS, PARTIALS, SLOPES };

/* A tuple with one entry for every argument, or for every one that is a Value; None for the slope by a constant. */
static PyObject *
read_edges(const Value *v, int what)
{
    const uint32_t count = argument_count(v);
    const int all = what == ARGS || what == SLOPES;
    Py_ssize_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        size += all || v->edges[i].parent != NULL;
    }
    PyObject *tuple = PyTuple_New(size);
    Py_ssize_t at = 0;
    for (uint32_t i = 0; tuple != NULL && i < count; i++) {
        const Edge *edge = &v->edges[i];
        if (!all && edge->parent == NULL) {
            continue;
        }
        PyObject *entry;
        if (what == SLOPES && edge->parent == NULL) {
            entry = Py_NewRef(Py_None);
        }
        else if (edge->parent != NULL && (what == ARGS || what == PARENTS)) {
            entry = Py_NewRef(edge->parent);
        }
        else {
            entry = PyFloat_FromDouble(edge->number);
        }
        if (entry == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, at++, entry);
    }
    return tuple;
}

static PyObject *
get_args(PyObject *self, void *Py_UNUSED(closure))
{
    return read_edges((Value *)self, ARGS);
}

static PyObject *
get_parents(PyObject *self, void *Py_UNUSED(closure))
{
    return read_edges((Value *)self, PARENTS);
}

static PyObject *
get_partials(PyObject *self, void *Py_UNUSED(closure))
{
    return read_edges((Value *)self, PARTIALS);
}

static PyObject *
get_slopes(PyObject *self, void *Py_UNUSED(closure))
{
    return read_edges((Value *)self, SLOPES);
}

static PyObject *
get_kept(PyObject *self, void *Py_UNUSED(closure))
{
    const Value *v = (Value *)self;
    const uint32_t first = argument_count(v);
    PyObject *tuple = PyTuple_New(v->count - first);
    for (uint32_t i = first; tuple != NULL && i < v->count; i++) {
        PyObject *entry = PyFloat_FromDouble(v->edges[i].number);
        if (entry == NULL) {
            Py_CLEAR(tuple);
            break;
        }
        PyTuple_SET_ITEM(tuple, i - first, entry);
    }
    return tuple;
}

static PyGetSetDef attributes[] = {
    {"data", get_data, set_data, "The number; what is assigned is checked.", NULL},
    {"grad", get_grad, set_grad, "The derivative of the last root with respect to this node; checked as data.", NULL},
    {"label", get_label, set_label, "A name for printing and drawing.", NULL},
    {"op", get_op, NULL, "The row of the table that made the node; None for a leaf.", NULL},
    {"args", get_args, NULL, "The arguments in order: Values, and plain floats for constants.", NULL},
    {"parents", get_parents, NULL, "The arguments that are Values.", NULL},
    {"slopes", get_slopes, NULL, "The local derivative with respect to each of args; None for a constant.", NULL},
    {"kept", get_kept, NULL, "The numbers of the arguments, where an edit would not be noticed without.", NULL},
    {"_grad", get_grad, set_grad, "The same as grad: what the sweep in Python writes.", NULL},
    {"partials", get_partials, NULL, "The local derivative with respect to each parent.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* -- comparing ------------------------------------------------------------------------------------------------- */

static PyObject *
value_compare(PyObject *self, PyObject *other, int relation)
{
    double x = ((Value *)self)->data, y;
    if (IS_VALUE(other)) {
        y = ((Value *)other)->data;
    }
    else if (PyFloat_CheckExact(other)) {
        y = PyFloat_AS_DOUBLE(other);
    }
    else {
        PyObject *number = PyObject_CallOneArg(hooks.as_constant, other);
        if (number == NULL || number == Py_None) {
            Py_XDECREF(number);
            return number == NULL ? NULL : Py_NewRef(Py_NotImplemented);
        }
        y = PyFloat_AsDouble(number);
        Py_DECREF(number);
    }
    Py_RETURN_RICHCOMPARE(x, y, relation);
}

static Py_hash_t
value_hash(PyObject *self)
{
    return PyBaseObject_Type.tp_hash(self);
}

static int
value_bool(PyObject *self)
{
    return ((Value *)self)->data != 0.0;
}

/* -- the type -------------------------------------------------------------------------------------------------- */

/* A node is not tracked by the collector: a graph has no cycles. A type that names a traverse of its own does not inherit
   the tracking of its base. */
static int
no_traverse(PyObject *Py_UNUSED(self), visitproc Py_UNUSED(visit), void *Py_UNUSED(arg))
{
    return 0;
}

/* The type, with what base has in Python: the rarer methods, and the operators for other kinds of operands. */
static int
make_value_type(PyObject *base)
{
    PyType_Slot slots[9 + sizeof(operator_slots) / sizeof(PyType_Slot)] = {
        {Py_tp_dealloc, value_dealloc},
        {Py_tp_new, value_new},
        {Py_tp_getset, attributes},
        {Py_tp_methods, value_methods},
        {Py_tp_richcompare, value_compare},
        {Py_tp_hash, value_hash},
        {Py_nb_bool, value_bool},
        {Py_tp_traverse, no_traverse},
    };
    memcpy(slots + 8, operator_slots, sizeof(operator_slots));
    PyType_Spec spec = {
        .name = "microbp.engine.value.Value",
        .basicsize = sizeof(Value),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
        .slots = slots,
    };
    PyObject *bases = PyTuple_Pack(1, base);
    if (bases == NULL) {
        return -1;
    }
    PyTypeObject *type = (PyTypeObject *)PyType_FromSpecWithBases(&spec, bases);
    Py_DECREF(bases);
    if (type == NULL) {
        return -1;
    }
    type->tp_vectorcall = value_vectorcall;
    value_type = type;
    return 0;
}
