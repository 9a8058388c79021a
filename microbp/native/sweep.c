/* The order of a graph and the one reverse sweep. Nothing recurses, and no Python runs in between: the graph cannot
   change under a sweep, in whatever thread. */

typedef struct {
    Value *node;
    double adjoint;
} Entry;

/* The nodes below some roots, every argument before its users; a leaf comes before its first user. */
typedef struct {
    Entry *entries;
    Py_ssize_t count, room;
} Order;

/* A node whose arguments are being listed, and which of them is next (from the last to the first). */
typedef struct {
    Value *node;
    uint32_t next;
} Visit;

typedef struct {
    Visit *visits;
    Py_ssize_t count, room;
} Stack;

#define IS_OPEN UINT32_MAX /* the place of a node that is on the stack */
#define AHEAD 12           /* nodes that are fetched from memory before their turn */

#if defined(__GNUC__)
#define FETCH(node) __builtin_prefetch(node)
#else
#define FETCH(node) (void)(node)
#endif

/* The memory of the last order, for the next one. An order takes it and puts it back, so that a sweep inside of another
   (the collector may run one, see engine_operations) finds none. */
static Order spare_order;
static Stack spare_stack;

/* Room for more, in one piece. */
static int
grow(void **memory, Py_ssize_t *room, size_t size)
{
    const Py_ssize_t larger = *room ? 2 * *room : 256;
    void *grown = larger > (Py_ssize_t)(IS_OPEN - 1) ? NULL : PyMem_Realloc(*memory, (size_t)larger * size);
    if (grown == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *memory = grown;
    *room = larger;
    return 0;
}

static int
list_node(Order *order, Value *node)
{
    if (order->count == order->room && grow((void **)&order->entries, &order->room, sizeof(Entry)) < 0) {
        return -1;
    }
    order->entries[order->count] = (Entry){node, -0.0}; /* -0.0 + x is x, whatever x is */
    node->place = (uint32_t)++order->count;
    return 0;
}

static int
visit(Stack *stack, Value *node)
{
    if (stack->count == stack->room && grow((void **)&stack->visits, &stack->room, sizeof(Visit)) < 0) {
        return -1;
    }
    stack->visits[stack->count++] = (Visit){node, node->count};
    node->place = IS_OPEN;
    return 0;
}

/* List what is below a root, depth first, the last argument first. */
static int
list_below(Order *order, Stack *stack, Value *root)
{
    if (root->place) {
        return 0;
    }
    if (root->op == NULL) {
        return list_node(order, root);
    }
    if (visit(stack, root) < 0) {
        return -1;
    }
    while (stack->count) {
        Visit *top = &stack->visits[stack->count - 1];
        Value *node = top->node, *deeper = NULL;
        while (top->next > 0) {
            Value *parent = node->edges[--top->next].parent;
            if (parent == NULL || parent->place) {
                continue;
            }
            if (parent->op != NULL) {
                deeper = parent;
                break;
            }
            if (list_node(order, parent) < 0) {
                return -1;
            }
        }
        if (deeper != NULL) {
            if (visit(stack, deeper) < 0) {
                return -1;
            }
        }
        else {
            stack->count--;
            FETCH(stack->visits[stack->count < AHEAD ? 0 : stack->count - AHEAD].node);
            if (list_node(order, node) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* The nodes are as they were before the order was made. */
static void
leave_nodes(const Order *order)
{
    for (Py_ssize_t i = 0; i < order->count; i++) {
        order->entries[i].node->place = 0;
    }
}

static void
free_order(Order *order)
{
    if (spare_order.room == 0 && order->room <= POOL_SIZE) {
        spare_order = *order;
    }
    else {
        PyMem_Free(order->entries);
    }
}

static void
trim_sweep(void)
{
    PyMem_Free(spare_order.entries);
    PyMem_Free(spare_stack.visits);
    spare_order = (Order){NULL, 0, 0};
    spare_stack = (Stack){NULL, 0, 0};
}

static int
make_order(Order *order, PyObject *const *roots, Py_ssize_t count)
{
    Stack stack = spare_stack;
    *order = spare_order;
    spare_stack = (Stack){NULL, 0, 0};
    spare_order = (Order){NULL, 0, 0};
    order->count = stack.count = 0;
    int failed = 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        failed = list_below(order, &stack, (Value *)roots[i]) < 0;
    }
    for (Py_ssize_t i = 0; i < stack.count; i++) { /* where it failed */
        stack.visits[i].node->place = 0;
    }
    if (spare_stack.room == 0 && stack.room <= POOL_SIZE) {
        spare_stack = stack;
    }
    else {
        PyMem_Free(stack.visits);
    }
    if (failed) {
        leave_nodes(order);
        free_order(order);
    }
    return failed ? -1 : 0;
}

/* The chain rule from the root, which is the last entry, down to the leaves. Whether all is finite.

   When it is to be published, the grads are written on the way, when a node has passed its adjoint on and nobody asks for
   its place any more: a graph that is larger than the caches is walked once less. The old grads are kept in the entries. */
static inline int
sweep(Order *order, const int publish)
{
    Entry *entries = order->entries;
    int all_finite = 1;
    entries[order->count - 1].adjoint = 1.0;
    for (Py_ssize_t i = order->count - 1; i >= 0; i--) {
        FETCH(entries[i < AHEAD ? 0 : i - AHEAD].node);
        Value *node = entries[i].node;
        const double adjoint = entries[i].adjoint;
        all_finite &= isfinite(adjoint) != 0;
        for (uint32_t k = 0; k < node->count; k++) {
            const Value *parent = node->edges[k].parent;
            if (parent != NULL) {
                entries[parent->place - 1].adjoint += node->edges[k].number * adjoint;
            }
        }
        if (publish) {
            const double before = node->grad;
            node->grad = node->op != NULL ? adjoint : before + adjoint;
            node->place = 0;
            all_finite &= isfinite(node->grad) != 0;
            entries[i].adjoint = before;
        }
    }
    return all_finite;
}

/* backward(seed=1.0): write the derivatives of root into the grads; all of them, or none. With a seed it is Python's. */
static PyObject *
value_backward(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    const Py_ssize_t given = count + (names == NULL ? 0 : PyTuple_GET_SIZE(names));
    if (given > 0) {
        PyObject *all[3] = {self};
        if (given > 2) {
            PyErr_SetString(PyExc_TypeError, "backward takes a seed");
            return NULL;
        }
        memcpy(all + 1, args, (size_t)given * sizeof(PyObject *));
        return PyObject_Vectorcall(hooks.backward, all, (size_t)count + 1, names);
    }
    Order order;
    if (!IS_VALUE(self) || ((Value *)self)->op == NULL || recording_state() == TRACED) {
        return PyObject_CallOneArg(hooks.backward, self);
    }
    if (make_order(&order, &self, 1) < 0) {
        return NULL;
    }
    const int all_finite = sweep(&order, 1);
    for (Py_ssize_t i = 0; i < order.count && !all_finite; i++) {
        order.entries[i].node->grad = order.entries[i].adjoint;
    }
    free_order(&order);
    return all_finite ? Py_NewRef(Py_None) : PyObject_CallOneArg(hooks.backward, self);
}

/* derivatives(output, inputs): the adjoints of the inputs, or None where one of them is not finite. */
static PyObject *
engine_derivatives(PyObject *Py_UNUSED(module), PyObject *const *given, Py_ssize_t count)
{
    if (count != 2 || !PyList_CheckExact(given[1]) || !PyObject_TypeCheck(given[0], value_type)) {
        PyErr_SetString(PyExc_TypeError, "derivatives takes a Value and a list of Values");
        return NULL;
    }
    const Py_ssize_t size = PyList_GET_SIZE(given[1]);
    PyObject *found = PyList_New(size); /* before the order: it may set the collector off, and with it any code */
    Order order;
    if (found == NULL || make_order(&order, given, 1) < 0) {
        Py_XDECREF(found);
        return NULL;
    }
    (void)sweep(&order, 0);
    for (Py_ssize_t i = 0; i < size && found != NULL && found != Py_None; i++) {
        PyObject *input = PyList_GET_ITEM(given[1], i), *number = NULL;
        const uint32_t place = PyObject_TypeCheck(input, value_type) ? ((Value *)input)->place : 0;
        const double adjoint = place ? order.entries[place - 1].adjoint : 0.0;
        if (!isfinite(adjoint)) {
            Py_SETREF(found, Py_NewRef(Py_None));
        }
        else if ((number = PyFloat_FromDouble(adjoint)) == NULL) {
            Py_CLEAR(found);
        }
        else {
            PyList_SET_ITEM(found, i, number);
        }
    }
    leave_nodes(&order);
    free_order(&order);
    return found;
}

/* operations(*roots): the nodes with an operation, every argument before its users. */
static PyObject *
engine_operations(PyObject *Py_UNUSED(module), PyObject *const *roots, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!PyObject_TypeCheck(roots[i], value_type)) {
            PyErr_SetString(PyExc_TypeError, "operations takes Values");
            return NULL;
        }
    }
    Order order;
    if (make_order(&order, roots, count) < 0) {
        return NULL;
    }
    leave_nodes(&order); /* a new list may set the collector off, and with it any code */
    Py_ssize_t size = 0;
    for (Py_ssize_t i = 0; i < order.count; i++) {
        size += order.entries[i].node->op != NULL;
    }
    PyObject *found = PyList_New(size);
    for (Py_ssize_t i = 0, at = 0; i < order.count && found != NULL; i++) {
        if (order.entries[i].node->op != NULL) {
            PyList_SET_ITEM(found, at++, Py_NewRef(order.entries[i].node));
        }
    }
    free_order(&order);
    return found;
}
