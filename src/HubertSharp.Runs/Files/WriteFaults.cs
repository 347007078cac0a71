namespace HubertSharp.Runs.Files;

/// <summary>Why a file or folder could not be written: a full, a failing and a read-only disk and missing rights are told apart.</summary>
public static class WriteFaults
{
    /// <summary>The fault behind an exception of a write.</summary>
    /// <param name="path">What was to be written.</param>
    /// <param name="cause">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public static UserException Of(string path, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        if (cause is UserException already)
            return already;
        if (IsDiskFull(cause))
            return UserException.Create("no space left on the disk", path, next: "free some and run the same command again", cause: cause);
        if (IsFileLimit(cause))
            return UserException.Create("cannot write", path, found: LimitOf(cause),
                next: "raise this process's limits (ulimit -n of open files, ulimit -f of a file's size)", cause: cause);
        if (IsReadOnly(cause))
            return UserException.Create("the file system is read-only", path, next: "make it writable or choose another folder",
                cause: cause);
        if (IsDiskFault(cause))
            return UserException.Create("cannot write", path, found: cause.Message,
                next: "look at the disk and the system's log, then run the same command again", cause: cause);
        if (cause is DirectoryNotFoundException && FileAbove(path) is { } file)
            return FileFaults.FileInTheWay(path, file);
        return cause is UnauthorizedAccessException && !Directory.Exists(path) // a folder in a file's place is no matter of rights
            ? UserException.Create("no right to write here", path, found: cause.Message,
                next: "change the rights of the folder or choose another", cause: cause)
            : UserException.Create("cannot write", path, found: cause.Message, next: "free space or choose another folder", cause: cause);
    }

    /// <summary>Whether an exception, or what caused it, is a full disk or a spent quota.</summary>
    public static bool IsDiskFull(Exception? e) => e is not null && ((e is IOException && (OperatingSystem.IsWindows()
        ? (e.HResult & 0xffff) is 39 or 112 // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
        : e.HResult is 28 or 122)) // ENOSPC, EDQUOT
        || IsDiskFull(e.InnerException));

    /// <summary>Whether an exception, or what caused it, is the disk's own: full, read-only, or failing.</summary>
    public static bool IsOfDisk(Exception? e) => IsDiskFull(e) || IsReadOnly(e) || IsDiskFault(e);

    // EIO
    private static bool IsDiskFault(Exception? e) => e is not null && ((e is IOException && !OperatingSystem.IsWindows() && e.HResult is 5)
        || IsDiskFault(e.InnerException));

    /// <summary>Whether an exception, or what caused it, is a limit of the process: of open files, or of a file's size.</summary>
    public static bool IsFileLimit(Exception? e) => e is not null && ((e is IOException && (OperatingSystem.IsWindows()
        ? (e.HResult & 0xffff) is 4 // ERROR_TOO_MANY_OPEN_FILES
        : e.HResult is 23 or 24)) // ENFILE, EMFILE
        || IsTooLong(e) || IsFileLimit(e.InnerException));

    // .NET takes EFBIG for a caller's mistake, whatever was called.
    private static bool IsTooLong(Exception e) =>
        e is ArgumentOutOfRangeException { ParamName: "value" }
        && e.Message.StartsWith("Specified file length was too large", StringComparison.Ordinal);

    /// <summary>Which limit it is, in a few words.</summary>
    public static string LimitOf(Exception e) =>
        IsTooLong(e) || (e?.InnerException is { } inner && IsTooLong(inner)) ? "a file that would be too long" : e!.Message;

    /// <summary>The file that stands where a folder of the path should.</summary>
    private static string? FileAbove(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && !Path.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        return File.Exists(folder) ? folder : null;
    }

    private static bool IsReadOnly(Exception? e) => e is not null && ((e is IOException && (OperatingSystem.IsWindows()
        ? (e.HResult & 0xffff) is 19 // ERROR_WRITE_PROTECT
        : e.HResult is 30)) // EROFS
        || IsReadOnly(e.InnerException));
}
