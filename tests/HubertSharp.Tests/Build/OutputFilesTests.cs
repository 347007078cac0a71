using System.Diagnostics;

namespace HubertSharp.Tests.Build;

public class OutputFilesTests
{
    /// <summary>What is patched or damaged in an output folder must not reach the packages of everybody else on the machine.</summary>
    [Fact]
    public void No_library_is_a_link_into_the_package_cache()
    {
        var libraries = Directory.GetFiles(AppContext.BaseDirectory, "*.so", SearchOption.AllDirectories);
        Assert.Contains(libraries, path => Path.GetFileName(path) == "libtorch_cpu.so");
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%h %F %n", .. libraries]) { RedirectStandardOutput = true })!;
        var lines = stat.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(libraries.Length, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("1 regular file ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_libraries_of_this_system_are_there() =>
        Assert.Equal(["linux-x64"], Directory.GetDirectories(Path.Combine(AppContext.BaseDirectory, "runtimes"))
            .Where(folder => Directory.Exists(Path.Combine(folder, "native"))).Select(Path.GetFileName));
}
