#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RING_MAX 4096
#define RING_MAGIC 0x52494e47u

struct ring {
	unsigned int magic;
	size_t head;
	size_t tail;
	size_t size;
	unsigned char *data;
};

static bool ring_valid(const struct ring *ring)
{
	return ring != NULL && ring->magic == RING_MAGIC;
}

/* Allocate a ring for size bytes. */
struct ring *ring_new(size_t size)
{
	struct ring *ring;

	if (size == 0 || size > RING_MAX) {
		errno = EINVAL;
		return NULL;
	}
	ring = calloc(1, sizeof(*ring));
	if (ring == NULL)
		return NULL;
	ring->data = malloc(size + 1);
	if (ring->data == NULL) {
		free(ring);
		return NULL;
	}
	ring->magic = RING_MAGIC;
	ring->size = size + 1;
	return ring;
}

void ring_free(struct ring *ring)
{
	if (!ring_valid(ring))
		return;
	free(ring->data);
	ring->magic = 0;
	free(ring);
}

size_t ring_used(const struct ring *ring)
{
	if (ring->head >= ring->tail)
		return ring->head - ring->tail;
	return ring->size - ring->tail + ring->head;
}

size_t ring_room(const struct ring *ring)
{
	return ring->size - 1 - ring_used(ring);
}

/* Put up to len bytes in; returns how many. */
size_t ring_write(struct ring *ring, const void *from, size_t len)
{
	const unsigned char *bytes = from;
	size_t room = ring_room(ring);
	size_t i;

	if (len > room)
		len = room;
	for (i = 0; i < len; i++) {
		ring->data[ring->head] = bytes[i];
		ring->head = (ring->head + 1) % ring->size;
	}
	return len;
}

/* Take up to len bytes out; returns how many. */
size_t ring_read(struct ring *ring, void *to, size_t len)
{
	unsigned char *bytes = to;
	size_t used = ring_used(ring);
	size_t i;

	if (len > used)
		len = used;
	for (i = 0; i < len; i++) {
		bytes[i] = ring->data[ring->tail];
		ring->tail = (ring->tail + 1) % ring->size;
	}
	return len;
}

int ring_dump(const struct ring *ring, const char *path)
{
	FILE *file = fopen(path, "wb");
	size_t at;

	if (file == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	for (at = ring->tail; at != ring->head; at = (at + 1) % ring->size)
		fputc(ring->data[at], file);
	if (fclose(file) != 0)
		return -1;
	return 0;
}

int main(int argc, char **argv)
{
	struct ring *ring = ring_new(64);
	char line[256];
	int code;

	if (ring == NULL)
		return EXIT_FAILURE;
	while (fgets(line, sizeof(line), stdin) != NULL)
		ring_write(ring, line, strlen(line));
	code = ring_dump(ring, argc > 1 ? argv[1] : "ring.bin");
	ring_free(ring);
	return code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
