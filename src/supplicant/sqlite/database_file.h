#pragma once

#include <string>

#include "supplicant/sqlite/statement.h"

namespace holdfast::supplicant {

/// open_database opens the record database in `directory`, and makes both when neither is there. See
/// docs/formats/storage-record.md for the tables.
StoreResult<Database> open_database(const std::string& directory);

}  // namespace holdfast::supplicant
