using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HubertSharp.Cli;

/// <summary>
/// What the process was started with that would end it before its own code could say why: limits (<c>ulimit</c>), and standard streams
/// that are closed. This class and <c>Main</c> need nothing but the core library: with few files allowed not even the console can be
/// loaded.
/// </summary>
internal static unsafe class StartLimits
{
    /// <summary>Each part of the program stays open once it is loaded: the dashboard has 170 of them, and its browsers.</summary>
    private const ulong FewestFiles = 256;

    private const int GetFlags = 3; // F_GETFL
    private const int AccessMode = 3; // O_ACCMODE
    private const int ReadOnly = 0; // O_RDONLY
    private const int ReadAndWrite = 2; // O_RDWR
    private const int OpenFiles = 7; // RLIMIT_NOFILE
    private const int FileTooLarge = 25; // SIGXFSZ
    private const nint Ignore = 1; // SIG_IGN

    /// <summary>Whether the program can start; where it cannot, standard error has the reason.</summary>
    public static bool Suffice()
    {
        if (!OperatingSystem.IsLinux())
            return true;
        _ = Signal(FileTooLarge, Ignore); // a write beyond ulimit -f fails then, and can be told, instead of ending the process
        for (var stream = 0; stream <= 2; stream++)
        {
            if (FileControl(stream, GetFlags) < 0)
                _ = Open("/dev/null"u8, ReadAndWrite); // the lowest number that is free: no file of ours may take the place of a stream
        }
        var limits = stackalloc ulong[2];
        if (GetLimit(OpenFiles, limits) != 0 || limits[0] >= FewestFiles)
            return true;
        Say($"hubert: only {limits[0]} files may be open at once (expected {FewestFiles} or more); raise the limit, "
            + $"'ulimit -n 1024' for example\n");
        return false;
    }

    /// <summary>
    /// Whether a standard stream was closed or is not to be written to (<c>&gt;&amp;-</c>): the runtime has put a file of its own there by
    /// now, open for reading only.
    /// </summary>
    /// <param name="stream">1 for output, 2 for errors.</param>
    public static bool IsClosed(int stream) =>
        OperatingSystem.IsLinux() && FileControl(stream, GetFlags) is var flags && (flags < 0 || (flags & AccessMode) == ReadOnly);

    /// <summary>When the program itself cannot be loaded.</summary>
    public static void SayNotLoaded(Exception e) => Say($"hubert: {NotLoaded(e)}\n");

    /// <summary>What to say then.</summary>
    public static string NotLoaded(Exception e) =>
        $"a part of the program cannot be loaded: {e.Message.ReplaceLineEndings(" ")}; allow more open files and memory (ulimit -n, "
        + $"ulimit -v), or build it again";

    /// <summary>Whether the exception means that a part of the program could not be loaded.</summary>
    public static bool IsNotLoaded(Exception e) => e switch
    {
        FileLoadException or BadImageFormatException => true,
        FileNotFoundException { FileName: { } name } => name.Contains(", Version=", StringComparison.Ordinal), // an assembly's, no file's
        TypeInitializationException { InnerException: { } inner } => IsNotLoaded(inner),
        _ => false,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Say(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        fixed (byte* first = bytes)
            _ = Write(2, first, bytes.Length);
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetLimit(int resource, ulong* softAndHard);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int signal, nint handler);

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int FileControl(int file, int command);

    private static int Open(ReadOnlySpan<byte> path, int flags)
    {
        fixed (byte* first = path)
            return Open(first, flags);
    }

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open(byte* path, int flags);

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint Write(int file, byte* bytes, nint count);
}
