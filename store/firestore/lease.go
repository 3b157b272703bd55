package firestore

import (
	"context"
	"fmt"
	"time"

	"baton/desk"
)

// Acquire implements desk.Leases. A lease that was given back keeps its
// document, so that the fence goes on growing.
func (s *Store) Acquire(ctx context.Context, name, holder string, now, until time.Time) (desk.Lease, error) {
	lease := desk.Lease{Name: name, Holder: holder, Until: when(micros(until))}
	err := s.swap(ctx, s.doc(leases, docID(name)), func(st state) (*step, error) {
		other := st.fields.text("holder")
		lease.Fence = max(st.fields.number("fence"), 1)
		if st.exists && other != key(holder) {
			if ends := st.fields.number("until"); other != "" && ends > micros(now) {
				return nil, fmt.Errorf("lease %q of %q until %s: %w", name, other, when(ends).Format(time.RFC3339), desk.ErrHeld)
			}
			lease.Fence++
		}
		return &step{fields: fields{"name": key(name), "holder": key(holder), "fence": lease.Fence, "until": micros(until)}}, nil
	})
	if err != nil {
		return desk.Lease{}, err
	}
	return lease, nil
}

// Release implements desk.Leases.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	return s.swap(ctx, s.doc(leases, docID(name)), func(st state) (*step, error) {
		if !st.exists || st.fields.text("holder") != key(holder) {
			return nil, nil
		}
		return &step{fields: fields{"holder": ""}}, nil
	})
}
