#define Z_NO_FLUSH ...
#define Z_FINISH 4
#define Z_OK 0
#define Z_STREAM_END 1
#define Z_BUF_ERROR ...
#define Z_DATA_ERROR ...
#define Z_DEFAULT_COMPRESSION ...
#define ZLIB_VERNUM ...

typedef struct {
    unsigned char *next_in;
    unsigned int avail_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned int avail_out;
    unsigned long total_out;
    char *msg;
    ...;
} z_stream;

int deflateInit(z_stream *stream, int level);
int deflate(z_stream *stream, int flush);
int deflateEnd(z_stream *stream);
int inflateInit(z_stream *stream);
int inflate(z_stream *stream, int flush);
int inflateEnd(z_stream *stream);

unsigned long adler32(unsigned long start, const unsigned char *data, unsigned int size);
unsigned long crc32(unsigned long start, const unsigned char *data, unsigned int size);
const char *zlibVersion(void);
