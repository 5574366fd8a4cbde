package functions_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gatehouse/functions"
	"gatehouse/shared/template"
)

const templateFile = "../template.yaml"

func loadTemplate(t *testing.T) *template.Template {
	t.Helper()
	loaded, err := template.Load(templateFile)
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
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(functions.Handlers))); diff != "" {
		t.Errorf("template.yaml and functions.Handlers name other functions (-template +list):\n%s", diff)
	}
}

// TestFoldersAndListAgree: each product's folder has a constructor in the list, and each constructor comes from one.
func TestFoldersAndListAgree(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "functionstest" {
			folders = append(folders, entry.Name())
		}
	}
	var packages []string
	for _, constructor := range functions.Handlers {
		packages = append(packages, packageOf(constructor))
	}
	slices.Sort(packages)
	if diff := cmp.Diff(folders, slices.Compact(packages)); diff != "" {
		t.Errorf("the folders and the packages of functions.Handlers differ (-folders +packages):\n%s", diff)
	}
}

// packageOf is the name of the package that a constructor is from.
func packageOf(constructor functions.Constructor) string {
	name := runtime.FuncForPC(reflect.ValueOf(constructor).Pointer()).Name() // gatehouse/functions/unleash.NewLogin
	name, _, _ = strings.Cut(filepath.Base(name), ".")
	return name
}

// TestRoutes holds the template to the paths that the products' documents name.
func TestRoutes(t *testing.T) {
	t.Parallel()
	want := map[string][]template.Route{
		"AISquareLogin": {{Method: "ANY", Path: "/api/v1/iam/accounts/login"}},
		"CrafterLogin":  {{Method: "ANY", Path: "/api/1/services/api/1/security/login.json"}},
		"UnleashLogin":  {{Method: "ANY", Path: "/auth/simple/login"}},
		"SocialIDLogin": {{Method: "ANY", Path: "/v1/marketing/login/users/login"}},
	}
	got := map[string][]template.Route{}
	for _, function := range loadTemplate(t).Functions() {
		got[function.Name] = function.Events
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("routes differ (-want +got):\n%s", diff)
	}
}

// TestEveryFunctionIsBuiltAlike: the runtime starts one file, bootstrap, which the Makefile builds from this module.
func TestEveryFunctionIsBuiltAlike(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for _, function := range loaded.Functions() {
		if function.Handler != "bootstrap" || function.CodeURI != "." {
			t.Errorf("%s has Handler %q and CodeUri %q, want bootstrap and .", function.Name, function.Handler, function.CodeURI)
		}
		if method := loaded.Root().At("Resources", function.Name, "Metadata", "BuildMethod").Text(); method != "makefile" {
			t.Errorf("%s has BuildMethod %q, want makefile", function.Name, method)
		}
	}
}

// TestEveryMediaTypeIsBinary: any other setting would lose bytes of bodies that are no UTF-8.
func TestEveryMediaTypeIsBinary(t *testing.T) {
	t.Parallel()
	apis := 0
	for name, api := range loadTemplate(t).Resources("AWS::Serverless::Api") {
		apis++
		types := api.At("Properties", "BinaryMediaTypes").Items()
		if len(types) != 1 || types[0].Text() != "*~1*" {
			t.Errorf("%s has not exactly the binary media type *~1*", name)
		}
	}
	if apis != 1 {
		t.Errorf("the template has %d APIs, want 1", apis)
	}
}
