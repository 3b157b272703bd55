package main

import (
	"baton/addon"
)

// manifestCmd writes the add-on's deployment for Google.
type manifestCmd struct {
	PublicURL string `name:"public-url" required:"" help:"Address under which Google reaches Baton, https, without a slash at its end."`
	Name      string `name:"name" default:"Baton" help:"Name of the add-on, as people see it in Gmail."`
	Logo      string `name:"logo" required:"" help:"Address of the add-on's picture, https, square, PNG."`
}

// Help is shown by --help.
func (c *manifestCmd) Help() string {
	return "Prints JSON for gcloud workspace-add-ons deployments create NAME --deployment-file=FILE. Nothing is changed."
}

// Run prints the manifest.
func (c *manifestCmd) Run(e *env) error {
	b, err := addon.Manifest(c.PublicURL, c.Name, c.Logo)
	if err != nil {
		return usage(err)
	}
	_, err = e.stdout.Write(b)
	return err
}
