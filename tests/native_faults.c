/* A module for the tests: the n-th allocation that Python makes from now on fails. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyMemAllocatorEx below[3];
static const PyMemAllocatorDomain domains[3] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
static long left = -1; /* allocations until the one that fails; negative: none does */
static long failures;

static int
fails(void)
{
    if (left < 0 || left-- > 0) {
        return 0;
    }
    failures++;
    return 1;
}

static void *
faulty_malloc(void *below_it, size_t size)
{
    PyMemAllocatorEx *real = below_it;
    return fails() ? NULL : real->malloc(real->ctx, size);
}

static void *
faulty_calloc(void *below_it, size_t count, size_t size)
{
    PyMemAllocatorEx *real = below_it;
    return fails() ? NULL : real->calloc(real->ctx, count, size);
}

static void *
faulty_realloc(void *below_it, void *memory, size_t size)
{
    PyMemAllocatorEx *real = below_it;
    return fails() ? NULL : real->realloc(real->ctx, memory, size);
}

static void
faulty_free(void *below_it, void *memory)
{
    PyMemAllocatorEx *real = below_it;
    real->free(real->ctx, memory);
}

/* call(n, f, *args): f(*args) with the n-th allocation failing (from 0); its result, or its error. failed() says whether
   one did. */
static PyObject *
faults_call(PyObject *module, PyObject *args)
{
    (void)module;
    PyObject *function = PyTuple_GetItem(args, 1), *rest = PyTuple_GetSlice(args, 2, PyTuple_GET_SIZE(args));
    const long n = PyLong_AsLong(PyTuple_GetItem(args, 0));
    if (function == NULL || rest == NULL || PyErr_Occurred()) {
        return NULL;
    }
    failures = 0;
    for (int i = 1; i < 3; i++) { /* not RAW: the interpreter itself does not live through every failure there */
        PyMem_GetAllocator(domains[i], &below[i]);
        PyMemAllocatorEx faulty = {&below[i], faulty_malloc, faulty_calloc, faulty_realloc, faulty_free};
        PyMem_SetAllocator(domains[i], &faulty);
    }
    left = n;
    PyObject *result = PyObject_CallObject(function, rest);
    left = -1;
    for (int i = 1; i < 3; i++) {
        PyMem_SetAllocator(domains[i], &below[i]);
    }
    Py_DECREF(rest);
    return result;
}

static PyObject *
faults_failed(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    return PyBool_FromLong(failures > 0);
}

static PyMethodDef functions[] = {
    {"call", faults_call, METH_VARARGS, NULL},
    {"failed", faults_failed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "native_faults", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC
PyInit_native_faults(void)
{
    return PyModule_Create(&definition);
}
