using HubertSharp.Runs;
using HubertSharp.Runs.Files;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Interop;

/// <summary>
/// Where a converted model goes: whole or not at all, and over an old one in one step. Everything is written and checked in a working
/// folder beside the place. A file is renamed over the old one. A folder gets second names of all that the user has in the old one, changes
/// names with it, and the old one is removed: nothing of the user's is away for a moment. What a kill leaves is put right by the next
/// start.
/// </summary>
internal static class OutputPlace
{
    /// <summary>What ONNX calls the file of weights that are too large for the graph's.</summary>
    public const string WeightsBeside = ".data";

    /// <summary>Lets <paramref name="fill"/> write beside the place, then moves the result there.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="path">The file or folder.</param>
    /// <param name="force">Replace what is there.</param>
    /// <param name="fill">Gets the path to write to: the same name in an empty folder. Files that it writes beside go beside the
    /// place.</param>
    /// <exception cref="UserException">Something is there already, or the disk is full.</exception>
    public static T Fill<T>(string path, bool force, Func<string, T> fill)
    {
        var place = RealPath.Of(path);
        try
        {
            PutRight(Path.GetDirectoryName(place)!);
            if (!force && (File.Exists(place) || (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())))
                throw InteropFaults.AlreadyThere(path);
            if (RunFolder.IsOfTraining(place))
                throw InteropFaults.IsTraining(path);
            if (Directory.Exists(place) && RealPath.Of(".") is var here && (here == place || RealPath.IsBelow(here, place)))
                throw InteropFaults.IsHere(path);
            using var work = WorkFolder.Beside(place);
            var result = fill(work.At(Path.GetFileName(place)));
            var written = work.At(Path.GetFileName(place));
            if (!Directory.Exists(written))
                PlaceFiles(work, written, place, force);
            else if (Directory.Exists(place))
                PlaceFolder(written, place);
            else
                AtomicFolder.Place(written, place);
            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UserException.Create("cannot write", path, found: e.Message, next: "free space or choose another place", cause: e);
        }
    }

    /// <summary>
    /// Finishes what dead processes left at places in a folder: whole models that were being moved, and old ones with files of the user in
    /// them.
    /// </summary>
    public static void PutRight(string folder)
    {
        foreach (var left in Leftover(folder, WorkName.Whole))
            Move(left.Path);
        foreach (var left in Leftover(folder, WorkName.Old))
        {
            if (!Path.Exists(left.Place))
                Directory.Move(left.Path, left.Place);
            else if (Directory.Exists(left.Place))
                FoldBack(left.Path, left.Place);
        }
    }

    private static List<(string Path, string Place)> Leftover(string folder, string kind) => !Directory.Exists(folder) ? [] :
    [
        .. Directory.EnumerateDirectories(folder, $".{kind}-*")
            .Where(path => WorkName.PlaceOf(path, kind) is not null && WorkName.IsDead(path))
            .Select(path => (path, Path.Combine(folder, WorkName.PlaceOf(path, kind)!))),
    ];

    /// <summary>A model of one file, with files beside it (dictionaries, weights) where it has some.</summary>
    private static void PlaceFiles(WorkFolder work, string written, string place, bool force)
    {
        var folder = Path.GetDirectoryName(place)!;
        var beside = Directory.GetFiles(work.FullName).Where(file => file != written).ToList();
        foreach (var same in beside.Where(file => IsSame(file, Path.Combine(folder, Path.GetFileName(file)))).ToList())
        {
            work.Delete(same);
            beside.Remove(same);
        }
        if (!force && beside.Select(file => Path.Combine(folder, Path.GetFileName(file))).FirstOrDefault(Path.Exists) is { } other)
            throw InteropFaults.AlreadyThere(other);
        if (beside.Count == 0)
        {
            Owned.Publish(written, place); // one step
            return;
        }
        var whole = WorkName.Beside(place, WorkName.Whole);
        Directory.Move(work.FullName, whole); // from here on it comes to its end, if not in this process then in the next
        Move(whole);
    }

    /// <summary>Moves the files of a whole model to their places, the one that it is called by last.</summary>
    private static void Move(string whole)
    {
        var (folder, name) = (Path.GetDirectoryName(whole)!, WorkName.PlaceOf(whole, WorkName.Whole));
        foreach (var file in Directory.GetFiles(whole).OrderBy(file => Path.GetFileName(file) == name))
        {
            var place = Path.Combine(folder, Path.GetFileName(file));
            if (Path.GetFileName(file) != name && !file.EndsWith(WeightsBeside, StringComparison.Ordinal) && File.Exists(place))
                Owned.MoveAside(place); // a dictionary may be that of the user's labels; weights are only of use to the model that goes
            Owned.Publish(file, place);
        }
        Owned.DeleteIfEmpty(whole);
    }

    private static void PlaceFolder(string written, string place)
    {
        UsersFiles.Link(place, written);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(written, File.GetUnixFileMode(place));
        DiskSync.FlushFolder(written);
        var old = WorkName.Beside(place, WorkName.Old);
        Directory.Move(written, old);
        if (FileCalls.Exchange(old, place) != 0)
        {
            // a file system that cannot exchange two names: for a moment there is none, and the next start would put one there
            var second = WorkName.Beside(place, WorkName.Old);
            try
            {
                Directory.Move(place, second);
            }
            catch (IOException e)
            {
                // a mount point: what is empty can be filled, a model cannot be replaced
                if (Directory.EnumerateFileSystemEntries(place).Any())
                {
                    Directory.Move(old, written);
                    throw InteropFaults.CannotRename(place, e);
                }
                foreach (var file in Directory.GetFiles(old))
                    File.Move(file, Path.Combine(place, Path.GetFileName(file)));
                Owned.DeleteIfEmpty(old);
                return;
            }
            Directory.Move(old, place);
            old = second;
        }
        DiskSync.FlushFolder(Path.GetDirectoryName(place)!);
        FoldBack(old, place);
    }

    /// <summary>Empties the folder that is no model's place any more: the user's files go to the place, the model's are removed.</summary>
    private static void FoldBack(string old, string place)
    {
        if (UsersFiles.AreAt(place, old))
        {
            var rest = WorkName.Beside(place);
            Directory.Move(old, rest);
            Owned.DeleteWork(rest);
            return;
        }
        foreach (var entry in Directory.GetFileSystemEntries(old))
        {
            var there = Path.Combine(place, Path.GetFileName(entry));
            if (!UsersFiles.IsOne(entry) || RealPath.IsSame(entry, there) || IsSame(entry, there))
                Owned.DeleteListed(old, [Path.GetFileName(entry)]);
            if (Path.Exists(entry) || new FileInfo(entry).LinkTarget is not null)
                Owned.MoveBeside(entry, there);
        }
        Owned.DeleteIfEmpty(old);
    }

    private static bool IsSame(string path, string second) =>
        File.Exists(path) && File.Exists(second) && new FileInfo(path).Length == new FileInfo(second).Length
            && new FileInfo(path).Length < MostCompared
        && RegularFile.ReadAllBytes(path, MostCompared).AsSpan().SequenceEqual(RegularFile.ReadAllBytes(second, MostCompared));

    /// <summary>Dictionaries are small; weights are written anew in any case.</summary>
    private const long MostCompared = 64 << 20;
}
