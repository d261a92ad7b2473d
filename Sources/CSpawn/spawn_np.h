// What glibc's <spawn.h> has beyond POSIX, and does not show to Swift: these are GNU's, from 2.29 and 2.34 on.
#include <spawn.h>

/// Lets the child start in another folder.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

/// Closes every descriptor of the child from this one on.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
