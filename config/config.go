// Package config reads Ansible's settings: ansible.cfg, environment variables and defaults, by one table of settings.
package config
