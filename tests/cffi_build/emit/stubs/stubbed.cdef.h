#define LIMIT 42
#define ASKED ...
enum color { RED, GREEN = 5, BLUE = ... };
/* A point in the plane. */
struct point { int x; double y; /* up */ char name[8]; struct point *next; enum color color; void *user; int bits : 3; };
typedef struct { short s[3]; union { int i; float f; }; } triple;
struct line { struct point ends[2]; struct { short width; union { int gray; unsigned char rgb[3]; }; } pen; triple *from; int (*visit)(int class); int class; };
union number { int i; double d; struct point p; };
typedef struct opaque opaque_t;
typedef long long big_t;
static const double PI;
static const char *const VERSION;
/* Add two numbers. */
int add(int left, int right);
double norm(const struct point *p);
struct point moved(struct point p, double dy);
struct point *next(struct point *p);
opaque_t *open_it(const char *path, opaque_t **out);
void close_it(opaque_t *);
int sum(const int *items, size_t count);
int printf(const char *format, ...);
void each(int (*visit)(struct point *p, void *user), void *user);
triple reversed(triple from);
wchar_t *wide(wchar_t *w);
long double precise(long double x);
double length(struct line l);
int kind(union number n);
struct line unit;
int counter;
const char *const names[3];
struct point origin;
FILE *out(FILE *f);
extern "Python" int on_event(struct point *p, int code, const char *what);
extern "Python" void on_done(void *user);
