package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// terminal opens a pseudo-terminal: what is written to keyboard is what a person types at screen.
func (c *console) terminal() (keyboard, screen *os.File) {
	c.t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		c.t.Fatalf("opening a pseudo-terminal: %v", err)
	}
	c.t.Cleanup(func() { keyboard.Close() })
	var number, locked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &locked} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, keyboard.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			c.t.Fatalf("unlocking a pseudo-terminal: %v", errno)
		}
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		c.t.Fatalf("opening a pseudo-terminal: %v", err)
	}
	return keyboard, screen
}
