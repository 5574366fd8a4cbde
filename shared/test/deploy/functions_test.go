package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/product"
	"gatehouse/shared/test/deploy"
	"gatehouse/shared/test/endpointtest"
)

const templateFile = "../../../template.yaml"

func loadTemplate(t *testing.T) *deploy.Template {
	t.Helper()
	loaded, err := deploy.Load(templateFile)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// TestTemplateAndListAgree: a function without a constructor would answer nothing, a constructor without a function never
// be called.
func TestTemplateAndListAgree(t *testing.T) {
	t.Parallel()
	var names []string
	for _, function := range loadTemplate(t).Functions() {
		names = append(names, function.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(endpointtest.Functions()))); diff != "" {
		t.Errorf("template.yaml and the products name other functions (-template +list):\n%s", diff)
	}
}

// TestFoldersAndListAgree: each product's folder has a constructor in the list, and each constructor comes from one.
func TestFoldersAndListAgree(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("../../../functions")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "endpointtest" {
			folders = append(folders, entry.Name())
		}
	}
	var packages []string
	for _, endpoint := range endpointtest.Functions() {
		product, _ := nameOf(endpoint.New)
		packages = append(packages, product)
	}
	slices.Sort(packages)
	if diff := cmp.Diff(folders, slices.Compact(packages)); diff != "" {
		t.Errorf("the folders and the packages of the products differ (-folders +packages):\n%s", diff)
	}
}

// TestMainsAndListAgree: functions/<product>/<endpoint>/main.go starts the constructor that the list has for it, and there is
// no other main.
func TestMainsAndListAgree(t *testing.T) {
	t.Parallel()
	var want []string
	for name, endpoint := range endpointtest.Functions() {
		product, function := nameOf(endpoint.New)
		file := filepath.Join("../../../functions", mainOf(name), "main.go")
		want = append(want, file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s has no main: %v", name, err)
			continue
		}
		if start := fmt.Sprintf("func main() { bootstrap.Main(%s.%s) }", product, function); !strings.Contains(string(text), start) {
			t.Errorf("%s does not hold %q", file, start)
		}
	}
	slices.Sort(want)
	mains, err := filepath.Glob("../../../functions/*/*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, mains); diff != "" {
		t.Errorf("the mains and the products differ (-list +files):\n%s", diff)
	}
}

// nameOf is the package and the name of a constructor.
func nameOf(constructor product.Constructor) (product, function string) {
	name := runtime.FuncForPC(reflect.ValueOf(constructor).Pointer()).Name() // gatehouse/functions/unleash.NewLogin
	product, function, _ = strings.Cut(filepath.Base(name), ".")
	return product, function
}

// mainOf is the folder of a function's main, from this one: <product>/<endpoint>.
func mainOf(name string) string {
	product, function := nameOf(endpointtest.Functions()[name].New)
	return filepath.Join(product, strings.ToLower(strings.TrimPrefix(function, "New")))
}

// TestRoutes holds the template to the paths of the products.
func TestRoutes(t *testing.T) {
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
		t.Errorf("routes differ (-want +got):\n%s", diff)
	}
}

// TestEveryFunctionIsBuiltAlike: the runtime starts one file, bootstrap, which the Makefile builds from this module for the
// function's architecture.
func TestEveryFunctionIsBuiltAlike(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	globals := loaded.Root().At("Globals", "Function")
	if runtime := globals.At("Runtime").Text(); runtime != "provided.al2023" {
		t.Errorf("the runtime is %q, want provided.al2023", runtime)
	}
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

// TestFunctionLimits: a login is one hash on one core, and all store calls of it take 2.5 s at most.
func TestFunctionLimits(t *testing.T) {
	t.Parallel()
	globals := loadTemplate(t).Root().At("Globals", "Function")
	if memory := globals.At("MemorySize").Text(); memory != "1769" {
		t.Errorf("the functions have %s MB, want the 1769 that are one whole vCPU", memory)
	}
	const storeAndSlowestHash, gatewayWaits = 7, 29
	seconds, err := strconv.Atoi(globals.At("Timeout").Text())
	if err != nil || seconds < storeAndSlowestHash || seconds >= gatewayWaits {
		t.Errorf("the timeout is %d s, want one from %d to below %d", seconds, storeAndSlowestHash, gatewayWaits)
	}
	if tracing := globals.At("Tracing").Text(); tracing != "Active" {
		t.Errorf("Tracing is %q, want Active", tracing)
	}
	reserved := globals.At("ReservedConcurrentExecutions")
	if items := reserved.Items(); reserved.Tag() != "!If" || items[0].Text() != "HasReservedConcurrency" ||
		items[1].Ref() != "ReservedConcurrency" || items[2].Ref() != "AWS::NoValue" {
		t.Error("the reserved concurrency is not the parameter, and none where that is empty")
	}
}
