package sqlite

import "syscall"

// networkTypes are the file systems on which SQLite's locks or its shared
// memory do not work, by the magic numbers of statfs(2) and linux/magic.h.
var networkTypes = map[uint32]string{
	0x6969:     "NFS",
	0x517b:     "SMB",
	0xff534d42: "CIFS",
	0xfe534d42: "SMB2",
	0x65735546: "FUSE",
	0x01021997: "9P",
	0x00c36400: "Ceph",
	0x5346414f: "AFS",
	0x73757245: "Coda",
	0x564c:     "NCP",
	0x0bd00bd0: "Lustre",
	0x47504653: "GPFS",
}

// networkFS names the network file system that a folder is on, "" = none.
func networkFS(folder string) (string, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return "", err
	}
	return networkTypes[uint32(fs.Type)], nil
}
