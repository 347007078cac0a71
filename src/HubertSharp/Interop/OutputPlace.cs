using HubertSharp.Models;
using HubertSharp.Runs;

namespace HubertSharp.Interop;

/// <summary>A file or folder that appears whole or not at all.</summary>
internal static class OutputPlace
{
    /// <summary>Lets <paramref name="fill"/> write beside the place, then moves the result there.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <exception cref="UserException">Something is there already, or the disk is full.</exception>
    public static T Fill<T>(string path, bool force, Func<string, T> fill)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        var isThere = File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any());
        if (isThere && !force)
            throw InteropFaults.AlreadyThere(path);
        // the ending stays last: it tells what the file is
        var partial = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".partial-{Environment.ProcessId}-{Path.GetFileName(path)}");
        try
        {
            Remove(partial);
            var result = fill(partial);
            if (!Directory.Exists(partial))
                File.Move(partial, path, overwrite: true);
            else if (Directory.Exists(path))
                Merge(partial, path);
            else
                Directory.Move(partial, path);
            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UserException.Create("cannot write", path, found: e.Message, next: "free space or choose another place", cause: e);
        }
        finally
        {
            Remove(partial);
        }
    }

    /// <summary>Replaces a model in a folder that is there; a user's other files in it stay.</summary>
    private static void Merge(string from, string to)
    {
        foreach (var name in HuggingFaceReader.FileNames.Append(ModelDescription.FileName))
            File.Delete(Path.Combine(to, name));
        foreach (var file in Directory.GetFiles(from))
            File.Move(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else if (File.Exists(path))
            File.Delete(path);
    }
}
