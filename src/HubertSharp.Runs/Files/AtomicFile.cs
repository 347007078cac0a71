namespace HubertSharp.Runs.Files;

/// <summary>Files that are whole or absent: written beside their place, flushed to the disk, renamed into it.</summary>
public static class AtomicFile
{
    /// <summary>Writes text as UTF-8 without a byte-order mark.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void WriteAllText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    /// <summary>Lets <paramref name="fill"/> write the content; nothing stays behind when it throws.</summary>
    /// <exception cref="UserException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, Action<FileStream> fill)
    {
        var temporary = WorkName.Beside(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
            Leftovers.ClearOnce(Path.GetDirectoryName(temporary)!);
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 16))
            {
                fill(stream);
                stream.Flush();
                DiskSync.Flush(stream.SafeFileHandle, temporary);
            }
            Owned.Publish(temporary, path);
        }
        catch (Exception e)
        {
            try
            {
                Owned.DeleteWork(temporary);
            }
            catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
            {
                // the first fault is the one to report
            }
            if (e is IOException or UnauthorizedAccessException || WriteFaults.IsFileLimit(e))
                throw WriteFaults.Of(path, e);
            throw;
        }
    }
}
