/* What the modules of the benchmarks declare. */
struct point { int x; int y; double w; };
enum b_color { B_RED = 1, B_GREEN = 2, B_BLUE = 40 };
typedef int (*b_binop_t)(int, int);
#define B_CONST 123456
void   b_noop(void);
int    b_neg(int);
int    b_add(int, int);
int    b_f4(int, int, int, int);
int    b_f8(int, int, int, int, int, int, int, int);
double b_fma3(double, double, double);
size_t b_strlen(const char *);
void   b_touch(struct point *);
struct point *b_ident(struct point *);
struct point b_mkpoint(int, int);
int    b_sumpoint(struct point);
int    b_sum(const int *, int);
int    b_fmt(char *buf, size_t n, const char *fmt, ...);
b_binop_t b_get_add(void);
void   b_qsort(int *, size_t, int (*cmp)(const int *, const int *));
long   b_apply(int (*cb)(int), int n);
int    b_seterrno(int);
extern int b_global;
extern enum b_color b_gcolor;
extern struct point b_gpoint;
