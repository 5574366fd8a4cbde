package deploy_test

import (
	"iter"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/test/deploy"
)

// entries yields everything in the template that can belong to a product, by its name: resources, parameters, outputs,
// variables and groups of parameters.
func entries(loaded *deploy.Template) iter.Seq2[string, deploy.Node] {
	root := loaded.Root()
	return func(yield func(string, deploy.Node) bool) {
		for _, part := range []deploy.Node{
			root.At("Resources"), root.At("Parameters"), root.At("Outputs"), root.At("Globals", "Function", "Environment", "Variables"),
		} {
			for name, entry := range part.Pairs() {
				if !yield(name, entry) {
					return
				}
			}
		}
		for _, group := range root.At("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups").Items() {
			if !yield(group.At("Label", "default").Text(), group) {
				return
			}
		}
	}
}

// TestRemovingAProductsEntriesRemovesIt: everything of a product begins with its prefix, and nothing else mentions the product.
func TestRemovingAProductsEntriesRemovesIt(t *testing.T) {
	t.Parallel()
	loaded := loadTemplate(t)
	for _, p := range functions.Products() {
		variable := strings.ToUpper(p.Prefix) + "_"
		own := 0
		for name, entry := range entries(loaded) {
			if strings.HasPrefix(name, p.Prefix) || strings.HasPrefix(name, variable) {
				own++
				continue
			}
			for scalar := range entry.Scalars() {
				if strings.Contains(scalar.Value(), p.Prefix) || strings.Contains(scalar.Value(), p.Title) {
					t.Errorf("line %d: %s mentions %s: %q", scalar.Line(), name, p.Title, scalar.Value())
				}
			}
		}
		if own == 0 {
			t.Errorf("nothing in the template begins with %s", p.Prefix)
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
