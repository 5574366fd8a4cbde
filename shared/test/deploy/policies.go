package deploy

import (
	"fmt"
	"maps"
	"slices"
)

// Statement is one permission of a function.
type Statement struct {
	Line      int
	Effect    string
	Actions   []string // as written
	Resources []Node
	Condition Node // when it holds; absent for always
}

// Statements are all permissions that the template gives a function itself. A policy that it only names has none: the error
// says so, for nobody sees here what such a one allows.
func (t *Template) Statements(function string) ([]Statement, error) {
	properties := t.root.At("Resources", function, "Properties")
	if properties.At("Role").Exists() || t.root.At("Globals", "Function", "Role").Exists() {
		return nil, fmt.Errorf("function %s has a Role instead of Policies", function)
	}
	policies := slices.Concat(t.root.At("Globals", "Function", "Policies").Items(), properties.At("Policies").Items())
	var statements []Statement
	for _, policy := range policies {
		items := policy.At("Statement").Items()
		if len(items) == 0 {
			return nil, fmt.Errorf("line %d: a policy of function %s has no Statement", policy.Line(), function)
		}
		for _, item := range items {
			statement := Statement{
				Line: item.Line(), Effect: item.At("Effect").Text(),
				Actions: item.At("Action").Texts(), Resources: item.At("Resource").Items(), Condition: item.At("Condition"),
			}
			if len(statement.Resources) == 0 && item.At("Resource").Exists() {
				statement.Resources = []Node{item.At("Resource")}
			}
			statements = append(statements, statement)
		}
	}
	return statements, nil
}

// Environment are the variables of a function, with those of the template's Globals.
func (t *Template) Environment(function string) map[string]Node {
	variables := map[string]Node{}
	for _, part := range []Node{t.root.At("Globals", "Function"), t.root.At("Resources", function, "Properties")} {
		maps.Insert(variables, part.At("Environment", "Variables").Pairs())
	}
	return variables
}
