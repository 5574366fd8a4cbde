package password

import (
	"math"
	"testing"
	"time"
)

// BenchmarkFormats measures each format against bcrypt of cost 10, in turns and on one core, and keeps the quietest
// turn: `go test -run ^$ -bench Formats -cpu 1`. Its work/unit is what the PerUnit constants say.
func BenchmarkFormats(b *testing.B) {
	for _, row := range []struct {
		name, stored string
		work         float64 // what the format multiplies
	}{
		{"bcrypt/cost=4", dummy(4), 1 << 4},
		{"bcrypt/cost=12", dummy(12), 1 << 12},
		{"crafter_bcrypt/cost=10", crafterOf(someSalt, dummy(10)), 1 << 10},
		{"pbkdf2_sha256/260000", pbkdf2SHA256("260000"), 260_000},
		{"pbkdf2_sha256/1000000", pbkdf2SHA256("1000000"), 1_000_000},
		{"pbkdf2_sha1/1000000", pbkdf2SHA1("1000000"), 1_000_000},
		{"scrypt/16384,8,1", scryptOf("16384", "8", "1"), 16384 * 8},
		{"scrypt/16384,8,5", scryptOf("16384", "8", "5"), 16384 * 8 * 5},
		{"scrypt/131072,8,1", scryptOf("131072", "8", "1"), 131072 * 8},
		{"argon2id/102400,2,8", argon2Of("m=102400,t=2,p=8"), 102400 * 2},
		{"argon2id/19456,2,1", argon2Of("m=19456,t=2,p=1"), 19456 * 2},
		{"argon2id/262144,4,1", argon2Of("m=262144,t=4,p=1"), 262144 * 4},
	} {
		b.Run(row.name, func(b *testing.B) {
			hash, err := parse(row.stored)
			if err != nil {
				b.Fatal(err)
			}
			reference, format := math.Inf(1), math.Inf(1)
			for b.Loop() {
				reference = min(reference, seconds(bcryptHash(dummy(10), 10)))
				format = min(format, seconds(hash))
			}
			measured := 1024 * format / reference
			b.ReportMetric(0, "ns/op") // of both together, and so of neither
			b.ReportMetric(format/reference, "of-bcrypt-10")
			b.ReportMetric(row.work/measured, "work/unit")
			b.ReportMetric(float64(hash.units)/measured, "estimated/measured")
		})
	}
}

func seconds(hash parsed) float64 {
	start := time.Now()
	hash.verify(right)
	return time.Since(start).Seconds()
}
