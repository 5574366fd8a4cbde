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
	Condition Node // when the statement holds; missing for always
}

// Statements returns all permissions of a function: its policies and the managed policies of the template that it attaches.
// A policy from elsewhere is an error, because nobody sees here what it allows.
func (t *Template) Statements(function string) ([]Statement, error) {
	properties := t.root.At("Resources", function, "Properties")
	if properties.At("Role").Exists() || t.root.At("Globals", "Function", "Role").Exists() {
		return nil, fmt.Errorf("function %s has a Role instead of Policies", function)
	}
	policies := slices.Concat(t.root.At("Globals", "Function", "Policies").Items(), properties.At("Policies").Items())
	var statements []Statement
	for _, policy := range policies {
		line := policy.Line()
		if managed := t.root.At("Resources", policy.Ref()); managed.At("Type").Text() == "AWS::IAM::ManagedPolicy" {
			policy = managed.At("Properties", "PolicyDocument")
		}
		items := policy.At("Statement").Items()
		if len(items) == 0 {
			return nil, fmt.Errorf("line %d: a policy of function %s has no Statement", line, function)
		}
		for _, item := range items {
			statements = append(statements, statementOf(item))
		}
	}
	return statements, nil
}

func statementOf(item Node) Statement {
	statement := Statement{
		Line: item.Line(), Effect: item.At("Effect").Text(),
		Actions: item.At("Action").Texts(), Resources: item.At("Resource").Items(), Condition: item.At("Condition"),
	}
	if len(statement.Resources) == 0 && item.At("Resource").Exists() {
		statement.Resources = []Node{item.At("Resource")}
	}
	return statement
}

// Environment returns the variables of a function, with those of Globals.
func (t *Template) Environment(function string) map[string]Node {
	variables := map[string]Node{}
	for _, part := range []Node{t.root.At("Globals", "Function"), t.root.At("Resources", function, "Properties")} {
		maps.Insert(variables, part.At("Environment", "Variables").Pairs())
	}
	return variables
}
