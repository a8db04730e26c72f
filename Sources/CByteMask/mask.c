// The header is all there is; it is compiled here so that it stands on its own.
#include "CByteMask.h"
