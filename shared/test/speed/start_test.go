package speed_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatehouse/functions/sessions"
	"gatehouse/shared/test/runtimeapi"
	"gatehouse/shared/test/target"
)

// BenchmarkColdStart compares each function with one that has nothing in it but the runtime client: the time from exec until
// it asks for its first event and until its first answer, its size, and the memory that it has by then. The first answer
// is one without store and hash, to another site's page or to nobody, as only what a start costs is compared. They are
// started in turns, each with its own environment: the empty one has Go's defaults.
func BenchmarkColdStart(b *testing.B) {
	bare := buildBare(b)
	type started struct{ name, function, event, answer string }
	all := []started{{
		"authorizer", sessions.Authorizer().Function,
		`{"methodArn":"arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/"}`, `{"principalId":"nobody"`,
	}}
	for _, product := range target.Products {
		event := fmt.Sprintf(`{"resource":%q,"httpMethod":"POST","headers":{"Sec-Fetch-Site":"cross-site"}}`, product.Path)
		all = append(all, started{product.Name, product.Function, event, `{"statusCode":403`})
	}
	for _, function := range all {
		b.Run(function.name, func(b *testing.B) {
			binaries := [2]string{bare, site.Binary(b, function.function)}
			answers := [2]string{`{"statusCode":204`, function.answer}
			cloud := site.Cloud(b)
			environments := [2][]string{cloud.With(target.Settings{"GOMAXPROCS": ""}), cloud.With(nil)}
			const rounds = 40
			for b.Loop() {
				var starts [2]start
				for range rounds {
					for i, binary := range binaries {
						starts[i].add(b, binary, environments[i], function.event, answers[i])
					}
				}
				for i, name := range []string{"bare-", ""} {
					b.ReportMetric(median(starts[i].ready), name+"ready-ms")
					b.ReportMetric(median(starts[i].answered), name+"answered-ms")
					b.ReportMetric(median(starts[i].memory)/1e6, name+"started-MB")
					size, compressed := sizes(b, binaries[i])
					b.ReportMetric(size/1e6, name+"size-MB")
					b.ReportMetric(compressed/1e6, name+"gzip-MB")
				}
				b.ReportMetric(median(starts[1].ready)/median(starts[0].ready), "ready-ratio")
				b.ReportMetric(median(starts[1].answered)/median(starts[0].answered), "answered-ratio")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// start is what was measured of a binary's starts.
type start struct{ ready, answered, memory []float64 }

func (s *start) add(b *testing.B, binary string, environment []string, event, want string) {
	b.Helper()
	began := time.Now()
	process, err := runtimeapi.Start(b.Context(), binary, environment)
	check(b, err)
	defer process.Stop()
	<-process.Ready()
	s.ready = append(s.ready, time.Since(began).Seconds()*1000)
	answer, err := process.Invoke(b.Context(), []byte(event))
	check(b, err)
	s.answered = append(s.answered, time.Since(began).Seconds()*1000)
	if !strings.HasPrefix(string(answer), want) {
		b.Fatalf("%s answered %s", binary, answer)
	}
	_, most, err := target.Memory(process.PID())
	check(b, err)
	s.memory = append(s.memory, most)
}

// buildBare builds the empty function as the others are built.
func buildBare(b *testing.B) string {
	b.Helper()
	bare := filepath.Join(b.TempDir(), "bare")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-tags", "lambda.norpc", "-o", bare, "./testdata/bare")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return bare
}

// sizes are those of a file, as it is and compressed as for an upload to Lambda, in bytes.
func sizes(b *testing.B, file string) (size, compressed float64) {
	b.Helper()
	text, err := os.ReadFile(file)
	check(b, err)
	var written counter
	zip, err := gzip.NewWriterLevel(&written, gzip.BestCompression)
	check(b, err)
	_, err = zip.Write(text)
	check(b, err)
	check(b, zip.Close())
	return float64(len(text)), float64(written)
}

// counter counts what is written to it.
type counter int

var _ io.Writer = (*counter)(nil)

func (c *counter) Write(text []byte) (int, error) {
	*c += counter(len(text))
	return len(text), nil
}
