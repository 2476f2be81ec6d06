enum color { RED, GREEN = 5, BLUE = 7 };
struct point {
    int x;
    double y;
    char name[8];
    struct point *next;
    enum color color;
    void *user;
    int bits : 3;
};
typedef struct {
    short s[3];
    union {
        int i;
        float f;
    };
} triple;
struct line {
    struct point ends[2];
    struct {
        short width;
        union {
            int gray;
            unsigned char rgb[3];
        };
    } pen;
    triple *from;
    int (*visit)(int class);
    int class;
};
union number {
    int i;
    double d;
    struct point p;
};
typedef struct opaque opaque_t;
typedef long long big_t;
#define LIMIT 42
#define ASKED 43
static const double PI = 3.14;
static const char *const VERSION = "1.0";
static int add(int left, int right)
{
    return left + right;
}
static double norm(const struct point *p)
{
    return p ? p->x : 0;
}
static struct point moved(struct point p, double dy)
{
    p.y += dy;
    return p;
}
static struct point *next(struct point *p)
{
    return p->next;
}
static opaque_t *open_it(const char *path, opaque_t **out)
{
    *out = (opaque_t *)path;
    return *out;
}
static void close_it(opaque_t *o)
{
    (void)o;
}
static int sum(const int *items, size_t count)
{
    int s = 0;
    while (count--)
        s += items[count];
    return s;
}
static void each(int (*visit)(struct point *p, void *user), void *user)
{
    struct point p = {0};
    visit(&p, user);
}
static triple reversed(triple from)
{
    return from;
}
static wchar_t *wide(wchar_t *w)
{
    static wchar_t copy[10];
    wcsncpy(copy, w, 9);
    return copy;
}
static long double precise(long double x)
{
    return x;
}
static double length(struct line l)
{
    return l.ends[1].x - l.ends[0].x + l.pen.width;
}
static int kind(union number n)
{
    return n.i;
}
static struct line unit;
static int counter;
static const char *const names[3] = {"a", "b", "c"};
static struct point origin;
static FILE *out(FILE *f)
{
    return f;
}
