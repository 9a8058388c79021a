/* The engine in C: what its files share. README.md in this folder tells how they work together. */

#ifndef MICROBP_ENGINE_H
#define MICROBP_ENGINE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Value Value;

/* An argument of an operation: a Value with the local derivative with respect to it, or no Value and a constant. */
typedef struct {
    Value *parent;
    double number;
} Edge;

/* A node of the graph. It owns its arguments, and nothing that it refers to can refer to it: its parents are older
   than it is, its label is an exact string, and its row does not know it. */
struct Value {
    PyObject_HEAD
    double data;
    double grad;
    PyObject *op;    /* the row; NULL for a leaf */
    PyObject *label; /* NULL for the empty one */
    uint32_t count : 30; /* of edges */
    uint32_t keeps : 1;  /* whether the second half of them are the numbers of the arguments; see Op.keeps */
    uint32_t unrecorded : 1; /* whether it was computed while nothing is recorded */
    uint32_t place;  /* 1 + the node's entry in the sweep that is under way; 0 outside of one */
    Edge edges[];
};

/* The base class of microbp.table.op.Op. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    int index; /* of the row's recorder; -1 for a row that is read in Python */
} Row;

/* Record an operation: a new node, or a float where there is no Value among the arguments. NULL without an error
   where something is out of the ordinary: the operation is Python's then. */
typedef PyObject *(*Recorder)(PyObject *const *args, Py_ssize_t count);

/* What stays in Python; see microbp/native/__init__.py. */
typedef struct {
    PyObject *recording; /* the ContextVar that says whether operations are recorded */
    PyObject *leaves;    /* the ContextVar of the list to which leaves are added that are made; None for no list */
    PyObject *apply;     /* (op, args): the general way of recording, errors included */
    PyObject *as_data;   /* (object): a checked float, or the error; as_grad and as_label alike */
    PyObject *as_grad;
    PyObject *as_label;
    PyObject *as_constant; /* (object): a float, or None for what is no number */
    PyObject *backward;  /* (root): the sweep in Python, for a root or a number that is out of the ordinary */
} Hooks;

static Hooks hooks;
static struct {
    PyObject *forward, *read; /* made once: a new string at each use would crowd Python's cache of attributes */
} known;
static PyTypeObject *value_type;
static unsigned long long edits; /* assignments to data so far */

#define IS_VALUE(x) (Py_TYPE(x) == value_type)

#define MOST_EDGES (1 << 30)

static inline uint32_t
argument_count(const Value *v)
{
    return v->keeps ? v->count / 2 : v->count;
}

/* -- memory ---------------------------------------------------------------------------------------------------- */

#define POOLS 5

typedef struct {
    Value *first; /* chained through `op` */
    Py_ssize_t size;
} Pool;

static Pool pools[POOLS];
static Value *allocate_value(uint32_t count);

/* A node whose edges the caller fills before anything else can happen. */
static inline Value *
new_value(uint32_t count, double data)
{
    Value *v;
    if (count < POOLS && pools[count].first != NULL) {
        v = pools[count].first;
        pools[count].first = (Value *)v->op;
        pools[count].size--;
    }
    else if ((v = allocate_value(count)) == NULL) {
        return NULL;
    }
    (void)PyObject_Init((PyObject *)v, value_type);
    v->data = data;
    v->grad = 0.0;
    v->op = v->label = NULL;
    v->count = count;
    v->keeps = v->unrecorded = 0;
    v->place = 0;
    return v;
}

#endif
