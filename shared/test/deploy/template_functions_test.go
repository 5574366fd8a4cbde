package deploy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/functions/sessions"
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

// deployed returns every function's endpoint, the authorizer's too, which has neither a route nor a constructor of handlers.
func deployed() map[string]product.Endpoint {
	all := endpointtest.Functions()
	all[sessions.Authorizer().Function] = sessions.Authorizer()
	return all
}

// TestTemplateAndProductsAgree: a function without a constructor has no main, and a constructor without a function never runs.
// Each route is that of the product and takes any method, because the product answers a wrong method itself.
func TestTemplateAndProductsAgree(t *testing.T) {
	t.Parallel()
	want := map[string][]deploy.Route{}
	for name, endpoint := range deployed() {
		want[name] = []deploy.Route{{Method: "ANY", Path: endpoint.Path}}
	}
	want[sessions.Authorizer().Function] = nil
	got := map[string][]deploy.Route{}
	for _, function := range loadTemplate(t).Functions() {
		got[function.Name] = function.Routes
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions and routes differ (-products +template):\n%s", diff)
	}
}

// TestMainsAndProductsAgree: the folder of each function starts the constructor of its endpoint, and there is no other main.
func TestMainsAndProductsAgree(t *testing.T) {
	t.Parallel()
	mains := mains(t)
	for name, endpoint := range deployed() {
		folder := mains[strings.ToLower(name)]
		delete(mains, strings.ToLower(name))
		text, err := os.ReadFile(filepath.Join(root, "functions", folder, "main.go"))
		constructor := "functions.Sessions().NewAuthorizer"
		if endpoint.New != nil {
			constructor = nameOf(endpoint.New)
		}
		if start := fmt.Sprintf("func main() { bootstrap.Main(%s) }", constructor); err != nil || !strings.Contains(string(text), start) {
			t.Errorf("functions/%s/main.go does not hold %q (%v)", folder, start, err)
		}
	}
	if len(mains) > 0 {
		t.Errorf("mains of no endpoint: %v", mains)
	}
}

// nameOf returns the expression of a constructor, such as "unleash.NewLogin". Those of the sessions are methods of the list.
func nameOf(constructor product.Constructor) string {
	name := filepath.Base(runtime.FuncForPC(reflect.ValueOf(constructor).Pointer()).Name())
	if method, ok := strings.CutPrefix(name, "sessions.Products."); ok {
		return "functions.Sessions()." + strings.TrimSuffix(method, "-fm")
	}
	return name
}

// TestFunctionsAreBuilt: every function is the one binary that the Makefile builds for its architecture. SAM would package the
// whole module in silence, or build for another processor.
func TestFunctionsAreBuilt(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	globals := loaded.Root().At("Globals", "Function")
	if architectures := globals.At("Architectures").Items(); len(architectures) != 1 || architectures[0].Ref() != "Architecture" {
		t.Error("the functions' architecture is not the parameter")
	}
	if globals.At("Handler").Text() != "bootstrap" || globals.At("CodeUri").Text() != "." {
		t.Error("the functions' Handler and CodeUri are not bootstrap and .")
	}
	for _, function := range loaded.Functions() {
		resource := loaded.Root().At("Resources", function.Name)
		context := resource.At("Metadata", "ContextPath").Sub()
		if resource.At("Metadata", "BuildMethod").Text() != "makefile" || context != makefileFolder+"${Architecture}" {
			t.Errorf("%s is not built by the Makefile of its architecture, but in %q", function.Name, context)
		}
		for _, own := range []string{"Handler", "CodeUri", "Architectures", "Environment"} {
			if resource.At("Properties", own).Exists() {
				t.Errorf("%s has a %s of its own, want that of Globals", function.Name, own)
			}
		}
	}
}

// TestFunctionsThatHash: a function that verifies passwords gets a whole vCPU and the reserved executions. The others need neither,
// and must not take from the account what logins could use.
func TestFunctionsThatHash(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	endpoints := endpointtest.Functions()
	for _, function := range loaded.Functions() {
		properties := loaded.Root().At("Resources", function.Name, "Properties")
		hashes := endpoints[function.Name].Access&(product.LogsIn|product.SetsPassword) != 0
		memory, reserved := properties.At("MemorySize"), properties.At("ReservedConcurrentExecutions")
		switch {
		case hashes && (memory.Exists() || reserved.Exists()):
			t.Errorf("%s hashes, but has not the memory and executions of Globals", function.Name)
		case !hashes && (memory.Text() != "256" || reserved.Ref() != "AWS::NoValue"):
			t.Errorf("%s hashes nothing, but has %q MB, or reserved executions", function.Name, memory.Text())
		}
	}
}

// TestRemovingAProductsEntriesRemovesIt: what is of a product begins with its prefix, and nothing else in the template mentions
// the product.
func TestRemovingAProductsEntriesRemovesIt(t *testing.T) {
	t.Parallel()
	root := loadTemplate(t).Root()
	entries := map[string]deploy.Node{}
	for _, part := range []deploy.Node{
		root.At("Resources"), root.At("Parameters"), root.At("Outputs"), root.At("Globals", "Function", "Environment", "Variables"),
	} {
		maps.Insert(entries, part.Pairs())
	}
	for _, group := range root.At("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups").Items() {
		entries[group.At("Label", "default").Text()] = group
	}
	for _, p := range functions.Products() {
		variable := strings.ToUpper(p.Prefix) + "_"
		for name, entry := range entries {
			if strings.HasPrefix(name, p.Prefix) || strings.HasPrefix(name, variable) {
				continue
			}
			for _, scalar := range entry.Scalars() {
				if strings.Contains(scalar.Value(), p.Prefix) || strings.Contains(scalar.Value(), p.Title) {
					t.Errorf("line %d: %s mentions %s: %q", scalar.Line(), name, p.Title, scalar.Value())
				}
			}
		}
		for _, setting := range p.Settings {
			if !strings.HasPrefix(setting.Name, variable) {
				t.Errorf("the setting %s of %s does not begin with %s", setting.Name, p.Title, variable)
			}
		}
		for _, endpoint := range p.Endpoints {
			if !strings.HasPrefix(endpoint.Function, p.Prefix) {
				t.Errorf("the function %s of %s does not begin with %s", endpoint.Function, p.Title, p.Prefix)
			}
		}
	}
}
