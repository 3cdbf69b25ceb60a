package objects

import (
	"context"
	"io"
	"sync"

	"gocloud.dev/blob"

	"headwater/source/files"
)

// blockBytes is how much is asked for at a time: the end of most Parquet files in one.
const blockBytes = 256 << 10

// mostBlocks is how many blocks of an object are remembered.
const mostBlocks = 64

// ranges reads an object at any place.
type ranges struct {
	ctx    context.Context
	bucket *Bucket
	file   files.File
	mu     sync.Mutex
	blocks map[int64][]byte
}

func (r *ranges) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= r.file.Size {
			return n, io.EOF
		}
		// Blocks are counted from the end, so that the last one is whole.
		i := (r.file.Size - 1 - off) / blockBytes
		b, err := r.block(i)
		if err != nil {
			return n, err
		}
		from := max(0, r.file.Size-(i+1)*blockBytes)
		got := copy(p[n:], b[off-from:])
		n, off = n+got, off+int64(got)
	}
	return n, nil
}

func (r *ranges) block(i int64) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b := r.blocks[i]; b != nil {
		return b, nil
	}
	from := max(0, r.file.Size-(i+1)*blockBytes)
	b := make([]byte, r.file.Size-i*blockBytes-from)
	in, err := r.bucket.blobs.NewRangeReader(r.ctx, r.bucket.prefix+r.file.Path, from, int64(len(b)),
		&blob.ReaderOptions{BeforeRead: r.bucket.store.matching(r.file.Tag)})
	if err != nil {
		return nil, r.bucket.failed(r.file.Path, err)
	}
	defer in.Close()
	if in.Size() != r.file.Size {
		return nil, files.Changed(r.file.Path)
	}
	if _, err := io.ReadFull(in, b); err != nil {
		return nil, r.bucket.failed(r.file.Path, err)
	}
	if len(r.blocks) >= mostBlocks {
		clear(r.blocks)
	}
	r.blocks[i] = b
	return b, nil
}

func (r *ranges) Close() error { return nil }
