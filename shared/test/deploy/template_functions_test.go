package deploy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/product"
	"gatehouse/shared/test/deploy"
	"gatehouse/shared/test/endpointtest"
)

const (
	root         = "../../.."
	templateFile = root + "/template.yaml"
)

func loadTemplate(t *testing.T) *deploy.Template {
	t.Helper()
	loaded, err := deploy.Load(templateFile)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// mains returns the folder of each function's main below functions, such as "unleash/login", by the function's id in lower
// case: the path without slashes and hyphens.
func mains(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(root + "/functions/*/*/main.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no mains below functions: %v", err)
	}
	found := map[string]string{}
	for _, file := range files {
		folder := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), root+"/functions/")
		found[strings.NewReplacer("/", "", "-", "").Replace(folder)] = folder
	}
	return found
}

// TestTemplateAndProductsAgree: a function without a constructor has no main, and a constructor without a function never runs.
// Each route is that of the product and takes any method, because the product answers a wrong method itself.
func TestTemplateAndProductsAgree(t *testing.T) {
	t.Parallel()
	want := map[string][]deploy.Route{}
	for name, endpoint := range endpointtest.Functions() {
		want[name] = []deploy.Route{{Method: "ANY", Path: endpoint.Path}}
	}
	got := map[string][]deploy.Route{}
	for _, function := range loadTemplate(t).Functions() {
		got[function.Name] = function.Events
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions and routes differ (-products +template):\n%s", diff)
	}
}

// TestMainsAndProductsAgree: the folder of each function starts the constructor of its endpoint, and there is no other main.
func TestMainsAndProductsAgree(t *testing.T) {
	t.Parallel()
	mains := mains(t)
	for name, endpoint := range endpointtest.Functions() {
		folder := mains[strings.ToLower(name)]
		delete(mains, strings.ToLower(name))
		text, err := os.ReadFile(filepath.Join(root, "functions", folder, "main.go"))
		if err != nil {
			t.Errorf("%s has no main: %v", name, err)
			continue
		}
		if start := fmt.Sprintf("func main() { bootstrap.Main(%s) }", nameOf(endpoint.New)); !strings.Contains(string(text), start) {
			t.Errorf("functions/%s/main.go does not hold %q", folder, start)
		}
	}
	if len(mains) > 0 {
		t.Errorf("mains of no endpoint: %v", mains)
	}
}

// nameOf returns a constructor's name with its package, such as "unleash.NewLogin".
func nameOf(constructor product.Constructor) string {
	return filepath.Base(runtime.FuncForPC(reflect.ValueOf(constructor).Pointer()).Name())
}

// TestFunctionsInheritFromGlobals: every function runs the one binary that the Makefile builds for its architecture, with the
// settings of Globals.
func TestFunctionsInheritFromGlobals(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	globals := loaded.Root().At("Globals", "Function")
	if architectures := globals.At("Architectures").Items(); len(architectures) != 1 || architectures[0].Ref() != "Architecture" {
		t.Error("the functions' architecture is not the parameter")
	}
	for _, function := range loaded.Functions() {
		if function.Handler != "bootstrap" || function.CodeURI != "." {
			t.Errorf("%s has Handler %q and CodeUri %q, want bootstrap and .", function.Name, function.Handler, function.CodeURI)
		}
		metadata := loaded.Root().At("Resources", function.Name, "Metadata")
		if method := metadata.At("BuildMethod").Text(); method != "makefile" {
			t.Errorf("%s has BuildMethod %q, want makefile", function.Name, method)
		}
		if path := metadata.At("ContextPath").Sub(); path != makefileFolder+"${Architecture}" {
			t.Errorf("%s has ContextPath %q, want the folder of the architecture's Makefile", function.Name, path)
		}
		for _, own := range []string{"Runtime", "Architectures", "MemorySize", "Timeout", "Tracing", "Environment"} {
			if loaded.Root().At("Resources", function.Name, "Properties", own).Exists() {
				t.Errorf("%s has a %s of its own, want that of Globals", function.Name, own)
			}
		}
	}
}

// TestTimeout: a function has time for all store requests of a login and the slowest hash, and ends before API Gateway gives up.
func TestTimeout(t *testing.T) {
	t.Parallel()
	const storeAndSlowestHash, gatewayWaits = 7, 29
	seconds, err := strconv.Atoi(loadTemplate(t).Root().At("Globals", "Function", "Timeout").Text())
	if err != nil || seconds < storeAndSlowestHash || seconds >= gatewayWaits {
		t.Errorf("the timeout is %d s, want one from %d to below %d", seconds, storeAndSlowestHash, gatewayWaits)
	}
}
