package bulk

import (
	"bufio"
	"compress/gzip"
	"io"
)

// gzipMagic is what every gzip file begins with (RFC 1952, 2.3.1), and no file of users: JSON and CSV are text.
const gzipMagic = "\x1f\x8b"

// unzipped reads a file that may be compressed. It looks only when it is read, since that may take any time on stdin.
type unzipped struct {
	source io.Reader
	reader io.Reader // nil before the first read
}

func (u *unzipped) Read(p []byte) (int, error) {
	if u.reader == nil {
		buffered := bufio.NewReader(u.source)
		u.reader = buffered
		if magic, err := buffered.Peek(len(gzipMagic)); err == nil && string(magic) == gzipMagic {
			zipped, err := gzip.NewReader(buffered)
			if err != nil {
				return 0, err
			}
			u.reader = zipped
		}
	}
	return u.reader.Read(p)
}
