package sessions

import (
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// TestRecordedConversations replays what was recorded with the real servers of the products that have such cases, on both
// stores. The command imports the users into an empty directory.
func TestRecordedConversations(t *testing.T) {
	t.Parallel()
	for _, p := range functions.Products() {
		folder := filepath.Join(target.Root(), "functions", p.Name, "testdata")
		file := filepath.Join(folder, "session-cases.jsonl")
		if found, err := filepath.Glob(file); err != nil || len(found) == 0 {
			continue // recorded of other products only
		}
		cases, err := endpointtest.Load[endpointtest.Conversation](file)
		check(t, err)
		deviations, err := endpointtest.LoadDeviations(filepath.Join(folder, "session-deviations.json"), cases)
		check(t, err)
		settings := map[string]target.Settings{}
		for _, c := range cases {
			settings[c.Mode] = target.Settings{"ATTEMPT_LIMIT": "0", "FAILURE_CAP": "0", "SOURCE_LIMIT": "0"}
			maps.Copy(settings[c.Mode], deviations.Settings[c.Mode])
		}
		for mode, settings := range settings {
			of := slices.DeleteFunc(slices.Clone(cases), func(c endpointtest.Conversation) bool { return c.Mode != mode })
			users := []string{filepath.Join(folder, "users.jsonl"), filepath.Join(folder, "session-users.jsonl")}
			t.Run(p.Name+mode, func(t *testing.T) {
				t.Run("serve", func(t *testing.T) {
					t.Parallel()
					served := site.Serve(t, settings)
					load(t, []string{"GATEHOUSE_STORE=sqlite:" + served.File(), "BCRYPT_COST=4"}, users)
					replay(t, served.URL(), of, deviations)
				})
				t.Run("functions", func(t *testing.T) {
					t.Parallel()
					cloud := site.Cloud(t)
					load(t, append(cloud.With(settings), "GATEHOUSE_STORE=dynamodb"), users)
					replay(t, cloud.Gateway(settings, 1).URL(), of, deviations)
				})
			})
		}
	}
}

// load has the command import users.
func load(t *testing.T, environment, files []string) {
	t.Helper()
	for _, file := range files {
		command := exec.CommandContext(t.Context(), site.Command(t), "users", "import", file)
		command.Env = environment
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("importing %s: %v\n%s", file, err, output)
		}
	}
}

func replay(t *testing.T, url string, cases []endpointtest.Conversation, deviations endpointtest.Deviations) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			send := func(e endpointtest.Exchange) (endpointtest.Answer, error) { return e.Send(t.Context(), url) }
			if err := c.Play(send, deviations); err != nil {
				t.Error(err)
			}
		})
	}
}
