package password

import (
	"cmp"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"regexp"
	"sync"
)

const (
	// argon2PerUnit is the memory in KiB, times the passes over it, that takes as long as one bcrypt unit (estimate,
	// measured on amd64 by BenchmarkFormats at Django's parameters). maxHardUnits is about 1 GiB; Django takes 200 MiB.
	argon2PerUnit = 90

	// argon2MaxTime bounds the passes, which take time at any memory. OWASP goes up to 5.
	argon2MaxTime = 64

	// argon2MaxLanes bounds the lanes, one goroutine each. RFC 9106 recommends 4, Django takes 8.
	argon2MaxLanes = 16

	// Salt and tag in bytes: RFC 9106, 4 recommends 16 and 32. The reference implementation takes salts from 8; a tag
	// below 16 could be met by chance.
	argon2MinSalt, argon2MaxSalt = 8, 64
	argon2MinTag, argon2MaxTag   = 16, 64
)

// argon2Func is argon2.Key (which is argon2i) or argon2.IDKey.
type argon2Func func(password, salt []byte, time, memory uint32, threads uint8, size uint32) []byte

// argon2Form is the PHC spelling: m in KiB, t passes, p lanes, salt and tag in unpadded base64. It is compiled at
// first use, so no function waits for it at its start.
var argon2Form = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$`)
})

// parseArgon2 returns the parser of argon2 (RFC 9106), with at least 8 KiB a lane (3.1).
func parseArgon2(key argon2Func) parser {
	return func(rest string) (parsed, error) {
		fields := argon2Form().FindStringSubmatch(rest)
		if fields == nil {
			return parsed{}, fmt.Errorf("%w: not version 19, m, t, p, salt and tag", ErrFormat)
		}
		memory, errMemory := number("m", fields[1])
		time, errTime := number("t", fields[2])
		lanes, errLanes := number("p", fields[3])
		salt, errSalt := decode(base64.RawStdEncoding, "salt", fields[4])
		tag, errTag := decode(base64.RawStdEncoding, "tag", fields[5])
		if err := cmp.Or(errMemory, errTime, errLanes, errSalt, errTag); err != nil {
			return parsed{}, err
		}
		if memory < 8*lanes || memory > maxMemory/1024 || time > argon2MaxTime || lanes > argon2MaxLanes {
			return parsed{}, fmt.Errorf("%w: m is not 8 a lane to %d, t above %d, or p above %d",
				ErrBounds, maxMemory/1024, argon2MaxTime, argon2MaxLanes)
		}
		if len(salt) < argon2MinSalt || len(salt) > argon2MaxSalt || len(tag) < argon2MinTag || len(tag) > argon2MaxTag {
			return parsed{}, fmt.Errorf("%w: the salt is not %d to %d bytes, or the tag not %d to %d",
				ErrBounds, argon2MinSalt, argon2MaxSalt, argon2MinTag, argon2MaxTag)
		}
		verify := func(password string) bool {
			sum := key([]byte(password), salt, uint32(time), uint32(memory), uint8(lanes), uint32(len(tag)))
			return subtle.ConstantTimeCompare(sum, tag) == 1
		}
		return memoryHard(verify, memory*time/argon2PerUnit, memory*1024)
	}
}
