package firestore

import (
	"context"
	"fmt"

	"baton/desk"
)

// SavePolicy implements desk.Policies. A version that was in force before
// becomes current again with the text and time that it has. It fails while a
// copy into the store is unfinished, so that nobody serves half a store.
func (s *Store) SavePolicy(ctx context.Context, p desk.PolicyText) error {
	if err := fits("policy", len(p.Text)); err != nil {
		return err
	}
	return s.swap(ctx, s.doc(settings, "policy"), func(st state) (*step, error) {
		mark, err := markOf(st)
		if err == nil {
			err = mark.Unfinished()
		}
		if err != nil || st.exists && st.fields.text("version") == p.Version {
			return nil, err
		}
		return &step{fields: fields{"version": p.Version}, writes: []write{s.policyText(p)}}, nil
	})
}

func (s *Store) policyText(p desk.PolicyText) write {
	return write{kind: unless, ref: s.doc(policies, docID(p.Version)),
		fields: fields{"version": p.Version, "at": micros(p.At), "text": append([]byte{}, p.Text...)}}
}

// CurrentPolicy implements desk.Policies. Two reads.
func (s *Store) CurrentPolicy(ctx context.Context) (desk.PolicyText, error) {
	st, err := s.get(ctx, s.doc(settings, "policy"))
	if err != nil {
		return desk.PolicyText{}, err
	}
	if st.fields.text("version") == "" {
		return desk.PolicyText{}, fmt.Errorf("current policy: %w", desk.ErrNotFound)
	}
	return s.PolicyVersion(ctx, st.fields.text("version"))
}

// PolicyVersion implements desk.Policies.
func (s *Store) PolicyVersion(ctx context.Context, version string) (desk.PolicyText, error) {
	st, err := s.get(ctx, s.doc(policies, docID(version)))
	if err != nil {
		return desk.PolicyText{}, err
	}
	if !st.exists {
		return desk.PolicyText{}, missing("policy version", version)
	}
	p := desk.PolicyText{Version: version, At: when(st.fields.number("at"))}
	if text := st.fields.bytes("text"); len(text) > 0 {
		p.Text = text
	}
	return p, nil
}
