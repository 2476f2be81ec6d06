/* host.c: evaluates its arguments, each in a thread of its own, with the plug-in that the first argument names.
 *
 *     cc host.c -o host -ldl -lpthread && ./host ./calculator.so '2 ** 100' 'sqrt(2)'
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

typedef int evaluate_fn(const char *expression, char *out, size_t size);

typedef struct {
    evaluate_fn *evaluate;
    const char *expression;
    char answer[200];
    int status;
} Job;

static void *work(void *argument)
{
    Job *job = argument;
    job->status = job->evaluate(job->expression, job->answer, sizeof job->answer);
    return NULL;
}

int main(int argc, char **argv)
{
    enum { MOST = 64 };
    static Job jobs[MOST];
    pthread_t threads[MOST];
    int failed = 0, count = argc - 2;
    if (argc < 3 || count > MOST) {
        fprintf(stderr, "usage: %s plug-in expression [... up to %d]\n", argv[0], MOST);
        return 2;
    }
    void *plugin = dlopen(argv[1], RTLD_NOW);
    void *symbol = plugin == NULL ? NULL : dlsym(plugin, "evaluate");
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    for (int i = 0; i < count; i++) {
        jobs[i].evaluate = (evaluate_fn *)symbol;
        jobs[i].expression = argv[i + 2];
        if (pthread_create(&threads[i], NULL, work, &jobs[i]) != 0)
            return 2;
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        printf("%s = %s\n", jobs[i].expression, jobs[i].answer);
        failed |= jobs[i].status != 0;
    }
    return failed;
}
