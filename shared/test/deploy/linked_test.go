package deploy_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestSecurity23NoFunctionLinksWhatItDoesNotNeed: SQLite, YAML and the command line are the command's. A product's function
// links no other product; those of the sessions link the list.
func TestSecurity23NoFunctionLinksWhatItDoesNotNeed(t *testing.T) {
	t.Parallel()
	foreign := []string{"gatehouse/shared/store/sqlite", "gatehouse/shared/test/", "gatehouse/shared/cmd/", "go.yaml.in/", "github.com/spf13/"}
	for _, folder := range mains(t) {
		command := exec.CommandContext(t.Context(), "go", "list", "-deps", "./functions/"+folder)
		command.Dir = root
		output, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		linked := strings.Fields(string(output))
		product, _, _ := strings.Cut(folder, "/")
		for _, name := range linked {
			other := product != "sessions" && strings.HasPrefix(name+"/", "gatehouse/functions/") && !strings.HasPrefix(name+"/", "gatehouse/functions/"+product+"/")
			if other || slices.ContainsFunc(foreign, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
				t.Errorf("functions/%s links %s", folder, name)
			}
		}
		if !slices.Contains(linked, "gatehouse/shared/store/dynamo") {
			t.Errorf("functions/%s does not link the store: the test sees nothing", folder)
		}
	}
}
