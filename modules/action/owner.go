package action

import (
	"io/fs"
	"strconv"
	"sync"
	"syscall"
)

// ownerOf gives the name of a file's owner, or his number.
func ownerOf(st fs.FileInfo) string {
	sys, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	return ownerName(strconv.Itoa(int(sys.Uid)))
}

// umask gives the umask of this process. Reading it takes setting it, so it is read once, before any file is made.
var umask = sync.OnceValue(func() fs.FileMode {
	old := syscall.Umask(0)
	syscall.Umask(old)
	return fs.FileMode(old)
})
