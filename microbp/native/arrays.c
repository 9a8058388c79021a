/* The numbers of many Values at once, to and from the memory of an array of doubles. */

/* The doubles of a buffer with one for every Value, or NULL and an error. */
static double *
doubles_of(PyObject *values, PyObject *buffer, int flags, Py_buffer *view)
{
    if (!IS_LIST(values)) {
        PyErr_SetString(PyExc_TypeError, "the Values are a list or a tuple");
        return NULL;
    }
    if (PyObject_GetBuffer(buffer, view, flags | PyBUF_ND | PyBUF_FORMAT) < 0) {
        return NULL;
    }
    const Py_ssize_t size = PySequence_Fast_GET_SIZE(values);
    int is_fit = view->ndim == 1 && view->format != NULL && strcmp(view->format, "d") == 0 && view->shape[0] == size;
    for (Py_ssize_t i = 0; i < size && is_fit; i++) {
        is_fit = IS_VALUE(PySequence_Fast_ITEMS(values)[i]);
    }
    if (!is_fit) {
        PyErr_SetString(PyExc_TypeError, "the array holds one double for each of the Values");
        PyBuffer_Release(view);
        return NULL;
    }
    return view->buf;
}

static double *
number_at(PyObject *values, Py_ssize_t i, int of_grad)
{
    Value *v = (Value *)PySequence_Fast_ITEMS(values)[i];
    return of_grad ? &v->grad : &v->data;
}

/* read(values, buffer, of_grads): write the data, or the grads, into the buffer. */
static PyObject *
engine_read(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *values, *buffer;
    int of_grads;
    Py_buffer view;
    if (!PyArg_ParseTuple(args, "OOp:read", &values, &buffer, &of_grads)) {
        return NULL;
    }
    double *numbers = doubles_of(values, buffer, PyBUF_WRITABLE, &view);
    if (numbers == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < view.shape[0]; i++) {
        numbers[i] = *number_at(values, i, of_grads);
    }
    PyBuffer_Release(&view);
    Py_RETURN_NONE;
}

/* write(values, buffer, of_grads): set the data, or the grads, of all Values to the numbers of the buffer. False, and
   nothing is set, where one of these is not finite. */
static PyObject *
engine_write(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *values, *buffer;
    int of_grads, all_finite = 1;
    Py_buffer view;
    if (!PyArg_ParseTuple(args, "OOp:write", &values, &buffer, &of_grads)) {
        return NULL;
    }
    const double *numbers = doubles_of(values, buffer, PyBUF_SIMPLE, &view);
    if (numbers == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < view.shape[0]; i++) {
        all_finite &= isfinite(numbers[i]) != 0;
    }
    for (Py_ssize_t i = 0; i < view.shape[0] && all_finite; i++) {
        *number_at(values, i, of_grads) = numbers[i];
    }
    edits += all_finite && !of_grads;
    PyBuffer_Release(&view);
    return PyBool_FromLong(all_finite);
}
