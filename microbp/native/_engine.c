/* The module microbp.native._engine: one translation unit, so that the small functions are inlined. */

#include "engine.h"

#include "memory.c"

#include "record.h"
#include "stable.h"

#include "rows.h"

static PyObject *ops[ROW_COUNT];

static double
call_forward(int row, PyObject *args)
{
    PyObject *forward = args == NULL ? NULL : PyObject_GetAttr(ops[row], known.forward);
    PyObject *result = forward == NULL ? NULL : PyObject_CallObject(forward, args);
    Py_XDECREF(args);
    Py_XDECREF(forward);
    double z = NAN;
    if (result != NULL) {
        z = PyFloat_AsDouble(result);
        Py_DECREF(result);
    }
    else if (PyErr_ExceptionMatches(PyExc_ArithmeticError) || PyErr_ExceptionMatches(PyExc_ValueError)) {
        PyErr_Clear();
    }
    return z;
}

#include "lists.c"

#include "sweep.c"

#include "record.c"

#include "value.c"

#include "arrays.c"

#ifndef SOURCES
#define SOURCES "" /* setup.py gives the fingerprint of the files */
#endif

/* -- the module ------------------------------------------------------------------------------------------------ */

/* start(base, recording, leaves, as_data, as_grad, as_label, as_constant): make the type Value. */
static PyObject *
engine_start(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *base;
    Hooks given = {NULL};
    if (!PyArg_ParseTuple(args, "OOOOOOO:start", &base, &given.recording, &given.leaves, &given.as_data, &given.as_grad,
                          &given.as_label, &given.as_constant)) {
        return NULL;
    }
    if (value_type != NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the native engine runs once in a process");
        return NULL;
    }
    PyObject **hook = (PyObject **)&given;
    for (size_t i = 0; i < sizeof(Hooks) / sizeof(PyObject *); i++) {
        Py_XINCREF(hook[i]);
    }
    hooks = given;
    return make_value_type(base) < 0 ? NULL : Py_NewRef(value_type);
}

/* bind(table, record, backward): from here on the rows of the table are native, and these do what is out of the
   ordinary. */
static PyObject *
engine_bind(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *table, *record, *backward;
    if (!PyArg_ParseTuple(args, "OOO:bind", &table, &record, &backward)) {
        return NULL;
    }
    Py_XSETREF(hooks.apply, Py_NewRef(record));
    Py_XSETREF(hooks.backward, Py_NewRef(backward));
    return bind_rows(table) < 0 ? NULL : Py_NewRef(Py_None);
}

/* is_taken(): whether another interpreter of the process, or an earlier import, has the engine: its state is one. */
static PyObject *
engine_is_taken(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    return PyBool_FromLong(value_type != NULL);
}

static PyObject *
engine_edits(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    return PyLong_FromUnsignedLongLong(edits);
}

static PyObject *
engine_unrecorded(PyObject *Py_UNUSED(module), PyObject *number)
{
    const double z = PyFloat_AsDouble(number);
    return z == -1.0 && PyErr_Occurred() ? NULL : (PyObject *)unrecorded_value(z);
}

static PyObject *
engine_is_unrecorded(PyObject *Py_UNUSED(module), PyObject *v)
{
    return PyBool_FromLong(IS_VALUE(v) && ((Value *)v)->unrecorded);
}

#define FAST(f) (PyCFunction)(void (*)(void)) f, METH_FASTCALL

static PyMethodDef functions[] = {
    {"start", engine_start, METH_VARARGS, "Make the type Value on a base class, with what stays in Python."},
    {"bind", engine_bind, METH_VARARGS, "Make the calls of the table's rows native."},
    {"make", FAST(engine_make), "make(data, grad, label, op, args, partials): a node as it was recorded."},
    {"operations", FAST(engine_operations), "The operations below some roots, every argument before its users."},
    {"derivatives", FAST(engine_derivatives), "The adjoints of a list of Values; None if one is not finite."},
    {"is_taken", engine_is_taken, METH_NOARGS, "Whether the engine was started before, in another interpreter say."},
    {"read", engine_read, METH_VARARGS, "read(values, buffer, of_grads): their numbers into an array of doubles."},
    {"write", engine_write, METH_VARARGS, "write(values, buffer, of_grads): all of the numbers, or none."},
    {"edits", engine_edits, METH_NOARGS, "How many assignments to data there were."},
    {"trim", engine_trim, METH_NOARGS, "Give back the memory of nodes that are kept for the next graph."},
    {"unrecorded", engine_unrecorded, METH_O, "What an operation makes while nothing is recorded."},
    {"is_unrecorded", engine_is_unrecorded, METH_O, "Whether a Value was computed while nothing was recorded."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "microbp.native._engine",
    .m_doc = "The engine in C; see README.md beside it.",
    .m_size = -1, /* its state is static: one interpreter of a process has it */
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit__engine(void)
{
    known.forward = PyUnicode_InternFromString("forward");
    known.read = PyUnicode_InternFromString("read");
    if (known.forward == NULL || known.read == NULL || PyType_Ready(&row_type) < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&definition);
    if (module != NULL && (PyModule_AddObjectRef(module, "Row", (PyObject *)&row_type) < 0 ||
                           PyModule_AddStringConstant(module, "SOURCES", SOURCES) < 0)) {
        Py_CLEAR(module);
    }
    return module;
}
