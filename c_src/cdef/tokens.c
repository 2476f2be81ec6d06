/* tokens.c: cuts a text of declarations into tokens (C11 6.4). The in-line modes do this while a program starts. */
#include "cdef/tokens.h"

enum { END_TOKENS = 4 }; /* END in lexer.py */

/* What becomes a sequence of Python ints in the end, each of them when it is asked for. */
typedef struct {
    Py_ssize_t *items;
    Py_ssize_t count, room;
} Numbers;

typedef struct {
    PyObject *text;
    const void *data;
    int kind;
    Py_ssize_t length;
    Py_ssize_t at;

    PyObject *texts;          /* of the tokens so far: a list */
    Numbers offsets, lines;   /* of the tokens so far */
    Numbers starts;           /* where each line begins */
    PyObject *above, *behind; /* comments by index of a token: dicts */
    PyObject *directives;     /* a list of tuples */
    PyObject *words;          /* a dict of all tokens: the same words are the same object */
    Py_ssize_t line;          /* the number of this line, from 0 */
    bool is_new_line;         /* a line has ended behind the last token */
    bool is_wrong;            /* there is something that is no token */
} Cutter;

/* The character at `at`, 0 behind the end. */
static Py_UCS4 peek(const Cutter *cutter, Py_ssize_t at)
{
    return at < cutter->length ? PyUnicode_READ(cutter->kind, cutter->data, at) : 0;
}

/* ---- characters ---- */

static bool is_space(Py_UCS4 c)
{
    return c == ' ' || (c >= '\t' && c <= '\r'); /* \t \n \v \f \r */
}

static bool is_digit(Py_UCS4 c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(Py_UCS4 c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

/* ---- where things end ---- */

static Py_ssize_t end_of_word(const Cutter *cutter, Py_ssize_t at)
{
    while (is_word(peek(cutter, at)))
        at++;
    return at;
}

/* pp-number (C11 6.4.8): digits, letters, dots, the sign of an exponent; ' between digits (C23 6.4.4.1) */
static Py_ssize_t end_of_number(const Cutter *cutter, Py_ssize_t at)
{
    for (;;) {
        Py_UCS4 before = peek(cutter, at), c = peek(cutter, ++at), next = peek(cutter, at + 1);
        bool is_exponent = before == 'e' || before == 'E' || before == 'p' || before == 'P';
        bool is_point = c == '.' && !(next == '.' && peek(cutter, at + 2) == '.');
        bool separates = c == '\'' && (is_word(next) || next > 127); /* the second is wrong, but no literal */
        if (!(is_word(c) || is_point || separates || ((c == '+' || c == '-') && is_exponent)))
            return at;
    }
}

/* Behind the quote that ends a literal; where the line or the text ends, when there is none. */
static Py_ssize_t end_of_literal(const Cutter *cutter, Py_ssize_t at, bool *is_closed)
{
    Py_UCS4 quote = peek(cutter, at++);
    for (; at < cutter->length && peek(cutter, at) != '\n'; at++) {
        if (peek(cutter, at) == quote) {
            *is_closed = true;
            return at + 1;
        }
        if (peek(cutter, at) == '\\')
            at++;
    }
    *is_closed = false;
    return at < cutter->length ? at : cutter->length;
}

static bool begins_comment(const Cutter *cutter, Py_ssize_t at)
{
    return peek(cutter, at) == '/' && (peek(cutter, at + 1) == '*' || peek(cutter, at + 1) == '/');
}

static Py_ssize_t end_of_comment(const Cutter *cutter, Py_ssize_t at, bool *is_closed)
{
    bool is_block = peek(cutter, at + 1) == '*';
    *is_closed = true;
    for (at += 2; at < cutter->length; at++) {
        Py_UCS4 c = peek(cutter, at);
        if (is_block && c == '*' && peek(cutter, at + 1) == '/')
            return at + 2;
        if (!is_block && c == '\n' && peek(cutter, at - 1) != '\\')
            return at;
    }
    *is_closed = !is_block;
    return cutter->length;
}

/* A directive ends with its line; comments and spliced lines, and nothing else, can make it several lines of the text. */
static Py_ssize_t end_of_directive(const Cutter *cutter, Py_ssize_t at)
{
    bool is_closed, is_plain = true;
    Py_ssize_t end = at;
    for (; end < cutter->length && peek(cutter, end) != '\n'; end++)
        is_plain =
            is_plain && peek(cutter, end) != '\\' && !(begins_comment(cutter, end) && peek(cutter, end + 1) == '*');
    if (is_plain)
        return end;
    while (++at < cutter->length && peek(cutter, at) != '\n') {
        Py_UCS4 c = peek(cutter, at);
        if (c == '\\')
            at++;
        else if (c == '"' || c == '\'')
            at = end_of_literal(cutter, at, &is_closed) - 1;
        else if (begins_comment(cutter, at))
            at = end_of_comment(cutter, at, &is_closed) - 1;
    }
    return at < cutter->length ? at : cutter->length;
}

static Py_ssize_t end_of_operator(const Cutter *cutter, Py_ssize_t at)
{
    Py_UCS4 c = peek(cutter, at), next = peek(cutter, at + 1);
    if (c == '.' && next == '.' && peek(cutter, at + 2) == '.')
        return at + 3;
    bool is_double = next == c && (c == '<' || c == '>' || c == '=' || c == '&' || c == '|');
    bool is_comparison = next == '=' && (c == '<' || c == '>' || c == '!');
    return at + (is_double || is_comparison ? 2 : 1);
}

/* ---- what is made of them ---- */

/* Takes the reference to `item`. */
static int append(PyObject *list, PyObject *item)
{
    int result = item == NULL ? -1 : PyList_Append(list, item);
    Py_XDECREF(item);
    return result;
}

static int append_number(Numbers *numbers, Py_ssize_t number)
{
    if (numbers->count == numbers->room) {
        Py_ssize_t room = numbers->room == 0 ? 32 : numbers->room + numbers->room / 2;
        Py_ssize_t *items = numbers->items;
        PyMem_RESIZE(items, Py_ssize_t, room);
        if (items == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        numbers->items = items;
        numbers->room = room;
    }
    numbers->items[numbers->count++] = number;
    return 0;
}

static PyObject *sequence_of(const Numbers *numbers)
{
    Py_ssize_t size = numbers->count * (Py_ssize_t)sizeof(Py_ssize_t);
    PyObject *bytes = PyBytes_FromStringAndSize((char *)numbers->items, size);
    PyObject *view = bytes == NULL ? NULL : PyMemoryView_FromObject(bytes);
    PyObject *sequence = view == NULL ? NULL : PyObject_CallMethod(view, "cast", "s", "n");
    Py_XDECREF(view);
    Py_XDECREF(bytes);
    return sequence;
}

/* Steps over the ends of lines up to `end`. */
static int count_lines(Cutter *cutter, Py_ssize_t end)
{
    for (; cutter->at < end; cutter->at++) {
        if (peek(cutter, cutter->at) != '\n')
            continue;
        cutter->is_new_line = true;
        cutter->line++;
        if (append_number(&cutter->starts, cutter->at + 1) < 0)
            return -1;
    }
    return 0;
}

static int add(Cutter *cutter, PyObject *text)
{
    return append(cutter->texts, text) < 0 || append_number(&cutter->offsets, cutter->at) < 0
               ? -1
               : append_number(&cutter->lines, cutter->line);
}

static int add_token(Cutter *cutter, Py_ssize_t end)
{
    PyObject *text = PyUnicode_Substring(cutter->text, cutter->at, end), *kept = NULL;
    if (text == NULL || PyDict_SetDefaultRef(cutter->words, text, text, &kept) < 0) {
        Py_XDECREF(text);
        return -1;
    }
    Py_DECREF(text);
    if (add(cutter, kept) < 0 || count_lines(cutter, end) < 0) /* some literals have spliced lines */
        return -1;
    cutter->is_new_line = false;
    return 0;
}

/* What is set aside is without the white space behind it, as at the end of a line. */
static PyObject *trimmed(const Cutter *cutter, Py_ssize_t end)
{
    while (end > cutter->at && is_space(peek(cutter, end - 1)))
        end--;
    return PyUnicode_Substring(cutter->text, cutter->at, end);
}

/* Whether a blank line follows. */
static bool is_followed_by_blank_line(const Cutter *cutter, Py_ssize_t at)
{
    int count = 0;
    for (; is_space(peek(cutter, at)); at++)
        count += peek(cutter, at) == '\n';
    return count > 1;
}

/* Files a comment behind the token on whose line it begins, or above the one that follows without a blank line. Takes the reference. */
static int file_comment(Cutter *cutter, PyObject *comment, bool is_far)
{
    Py_ssize_t count = PyList_Size(cutter->texts);
    bool is_behind = count > 0 && !cutter->is_new_line;
    PyObject *index = comment == NULL ? NULL : compat_long_from_size(is_behind ? count - 1 : count);
    PyObject *others = NULL;
    int result = -1;
    if (index == NULL)
        goto done;
    if (is_behind) {
        result = PyDict_SetItem(cutter->behind, index, comment);
    } else if (PyDict_GetItemRef(cutter->above, index, &others) >= 0) {
        if (is_far)
            result = others == NULL ? 0 : PyDict_DelItem(cutter->above, index);
        else if (others != NULL ||
                 ((others = PyList_New(0)) != NULL && PyDict_SetItem(cutter->above, index, others) == 0))
            result = PyList_Append(others, comment);
    }
done:
    Py_XDECREF(others);
    Py_XDECREF(index);
    Py_XDECREF(comment);
    return result;
}

static int add_comment(Cutter *cutter)
{
    bool is_closed;
    Py_ssize_t end = end_of_comment(cutter, cutter->at, &is_closed);
    cutter->is_wrong = !is_closed;
    if (cutter->is_wrong)
        return 0;
    if (file_comment(cutter, trimmed(cutter, end), is_followed_by_blank_line(cutter, end)) < 0)
        return -1;
    return count_lines(cutter, end);
}

/* A directive has a line of its own, but for comments. */
static bool begins_line(const Cutter *cutter)
{
    Py_ssize_t at = cutter->at;
    while (at > 0 && is_space(peek(cutter, at - 1)) && peek(cutter, at - 1) != '\n')
        at--;
    return at == 0 || peek(cutter, at - 1) == '\n' ||
           (at > 1 && peek(cutter, at - 1) == '/' && peek(cutter, at - 2) == '*');
}

/* The comments above the next token, which are those of the directive before it. */
static PyObject *take_comments(Cutter *cutter, PyObject *index)
{
    PyObject *comments = NULL, *newline = NULL, *joined = NULL;
    int found = PyDict_GetItemRef(cutter->above, index, &comments);
    if (found == 0)
        return PyUnicode_FromString("");
    if (found > 0 && PyDict_DelItem(cutter->above, index) == 0 && (newline = PyUnicode_FromString("\n")) != NULL)
        joined = PyUnicode_Join(newline, comments);
    Py_XDECREF(newline);
    Py_XDECREF(comments);
    return joined;
}

static int add_directive(Cutter *cutter)
{
    if (!begins_line(cutter)) {
        cutter->is_wrong = true;
        return 0;
    }
    Py_ssize_t end = end_of_directive(cutter, cutter->at);
    PyObject *index = compat_long_from_size(PyList_Size(cutter->texts));
    PyObject *text = index == NULL ? NULL : trimmed(cutter, end);
    PyObject *comment = text == NULL ? NULL : take_comments(cutter, index);
    int result = -1;
    if (comment != NULL)
        result = append(cutter->directives, Py_BuildValue("OnnOO", index, cutter->at, cutter->line, text, comment));
    Py_XDECREF(index);
    Py_XDECREF(text);
    Py_XDECREF(comment);
    return result < 0 ? -1 : count_lines(cutter, end);
}

static int add_literal(Cutter *cutter)
{
    bool is_closed;
    Py_ssize_t end = end_of_literal(cutter, cutter->at, &is_closed);
    cutter->is_wrong = !is_closed;
    return cutter->is_wrong ? 0 : add_token(cutter, end);
}

/* Reads what begins here. 0, or -1 with an exception. */
static int step(Cutter *cutter)
{
    Py_ssize_t at = cutter->at;
    Py_UCS4 c = peek(cutter, at), next = peek(cutter, at + 1);
    if (is_space(c) || (c == '\\' && (next == '\n' || next == '\r')))
        return count_lines(cutter, at + 1);
    if (is_digit(c) || (c == '.' && is_digit(next)))
        return add_token(cutter, end_of_number(cutter, at));
    if (is_word(c))
        return add_token(cutter, end_of_word(cutter, at));
    if (begins_comment(cutter, at))
        return add_comment(cutter);
    if (c == '#')
        return add_directive(cutter);
    if (c == '"' || c == '\'')
        return add_literal(cutter);
    cutter->is_wrong = c < '!' || c > '~';
    return cutter->is_wrong ? 0 : add_token(cutter, end_of_operator(cutter, at));
}

static int cut(Cutter *cutter)
{
    if (append_number(&cutter->starts, 0) < 0)
        return -1;
    while (cutter->at < cutter->length && !cutter->is_wrong)
        if (step(cutter) < 0)
            return -1;
    for (int i = 0; i < END_TOKENS && !cutter->is_wrong; i++)
        if (add(cutter, PyUnicode_FromString("")) < 0)
            return -1;
    return 0;
}

static PyObject *tuple_of(const Cutter *cutter)
{
    PyObject *offsets = sequence_of(&cutter->offsets);
    PyObject *lines = offsets == NULL ? NULL : sequence_of(&cutter->lines);
    PyObject *starts = lines == NULL ? NULL : sequence_of(&cutter->starts);
    PyObject *result = NULL;
    if (starts != NULL)
        result =
            PyTuple_Pack(7, cutter->texts, offsets, lines, starts, cutter->above, cutter->behind, cutter->directives);
    Py_XDECREF(offsets);
    Py_XDECREF(lines);
    Py_XDECREF(starts);
    return result;
}

PyObject *tokens_cut(PyObject *Py_UNUSED(self), PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        PyErr_Format(PyExc_TypeError, "_tokenize() argument must be str, not %.200s", Py_TYPE(text)->tp_name);
        return NULL;
    }
    Py_ssize_t length = PyUnicode_GetLength(text); /* which makes old kinds of str ready to be read */
    if (length < 0)
        return NULL;
    Cutter cutter = {
        .text = text,
        .data = PyUnicode_DATA(text),
        .kind = PyUnicode_KIND(text),
        .length = length,
        .texts = PyList_New(0),
        .above = PyDict_New(),
        .behind = PyDict_New(),
        .directives = PyList_New(0),
        .words = PyDict_New(),
    };
    PyObject *result = NULL;
    if (cutter.texts != NULL && cutter.above != NULL && cutter.behind != NULL && cutter.directives != NULL &&
        cutter.words != NULL && cut(&cutter) == 0)
        result = cutter.is_wrong ? Py_NewRef(Py_None) : tuple_of(&cutter);
    PyMem_Free(cutter.offsets.items);
    PyMem_Free(cutter.lines.items);
    PyMem_Free(cutter.starts.items);
    Py_XDECREF(cutter.texts);
    Py_XDECREF(cutter.above);
    Py_XDECREF(cutter.behind);
    Py_XDECREF(cutter.directives);
    Py_XDECREF(cutter.words);
    return result;
}
