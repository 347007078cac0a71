using HubertSharp.Build;

// Usage: WeakenGlibcxx FILE...   Marks the need for GLIBCXX_3.4.32 as weak in each file that has it.
// The result is a new file renamed over the old one: whoever has the old one open or linked keeps it.
foreach (var path in args)
{
    var bytes = File.ReadAllBytes(path);
    if (VersionNeeds.Weaken(bytes, "GLIBCXX_3.4.32") == 0)
        continue;
    var written = File.GetLastWriteTimeUtc(path);
    var temporary = $"{path}.{Environment.ProcessId}.tmp";
    File.WriteAllBytes(temporary, bytes);
    if (!OperatingSystem.IsWindows())
        File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
    File.SetLastWriteTimeUtc(temporary, written); // the next build sees the file as up to date
    File.Move(temporary, path, overwrite: true);
    Console.WriteLine($"{Path.GetFileName(path)}: GLIBCXX_3.4.32 is optional now");
}
