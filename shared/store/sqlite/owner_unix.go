//go:build unix

package sqlite

import (
	"io/fs"
	"syscall"
)

// ownedBy reports whether a file belongs to the user with this number.
func ownedBy(info fs.FileInfo, uid int) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == uid
}
