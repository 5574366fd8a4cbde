// Package docs_test holds the documents to their promises: every link resolves, and the front page is short.
package docs_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/functions"
)

// root is the repository's.
const root = "../../.."

var (
	code    = regexp.MustCompile("(?ms)^```.*?^```$|``.*?``|`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// documents returns the text of every Markdown file by its path in the repository.
func documents(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, entry fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(entry.Name(), ".") && file != "." && file != ".github"
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (hidden || entry.Name() == "testdata"):
			return fs.SkipDir
		case path.Ext(file) == ".md":
			text, err := os.ReadFile(filepath.Join(root, file))
			found[file] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// links returns the targets of a document's links into the repository, as paths in it with the fragment behind "#".
func links(file, text string) []string {
	var targets []string
	for _, match := range link.FindAllStringSubmatch(code.ReplaceAllString(text, ""), -1) {
		target, fragment, _ := strings.Cut(match[1], "#")
		switch {
		case strings.Contains(target, ":"):
			continue
		case target == "":
			target = file
		default:
			target = path.Join(path.Dir(file), target)
		}
		targets = append(targets, target+"#"+fragment)
	}
	return targets
}

// TestLinks follows every link of every document to a file, and to a heading where it names one.
func TestLinks(t *testing.T) {
	t.Parallel()
	texts := documents(t)
	for file, text := range texts {
		for _, target := range links(file, text) {
			to, fragment, _ := strings.Cut(target, "#")
			_, err := os.Stat(filepath.Join(root, to))
			switch {
			case err != nil && removed(to):
			case err != nil:
				t.Errorf("%s links to %s, which does not exist", file, to)
			case fragment != "" && !slices.Contains(anchors(texts[to]), fragment):
				t.Errorf("%s links to %s, which does not have that heading", file, target)
			}
		}
	}
}

// removed reports whether the path lies in the folder of a product that was removed, whose links are left behind.
func removed(file string) bool {
	parts := strings.Split(file, "/")
	if len(parts) < 3 || parts[0] != "functions" && parts[0] != "events" {
		return false
	}
	for _, p := range functions.Products() {
		if p.Name == parts[1] {
			return false
		}
	}
	return true
}

// anchors returns the fragments that GitHub gives to a document's headings.
func anchors(text string) []string {
	var found []string
	for _, match := range heading.FindAllStringSubmatch(regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, ""), -1) {
		title := dropped.ReplaceAllString(strings.ToLower(match[1]), "")
		found = append(found, strings.ReplaceAll(title, " ", "-"))
	}
	return found
}

// TestTwoClicks: a reader of the front page finds each of these at most two links away.
func TestTwoClicks(t *testing.T) {
	t.Parallel()
	texts := documents(t)
	pages := []string{"README.md"}
	for range 2 {
		for _, page := range pages {
			for _, target := range links(page, texts[page]) {
				if to, _, _ := strings.Cut(target, "#"); !slices.Contains(pages, to) {
					pages = append(pages, to)
				}
			}
		}
	}
	for what, text := range map[string]string{
		"a limit":       "`ATTEMPT_LIMIT`",
		"a status":      "\n| 415 |",
		"a table's key": "`account#<realm>#<id>`",
		"an alarm":      "\n### LatencyAlarm\n",
	} {
		if !slices.ContainsFunc(pages, func(page string) bool { return strings.Contains(texts[page], text) }) {
			t.Errorf("%s, as %q, stands on none of %q", what, text, pages)
		}
	}
}

// TestFrontPageFitsAScreen bounds the README; everything else lies in the manuals.
func TestFrontPageFitsAScreen(t *testing.T) {
	t.Parallel()
	const most = 9 << 10
	if size := len(documents(t)["README.md"]); size > most {
		t.Errorf("README.md has %d bytes, at most %d", size, most)
	}
}
