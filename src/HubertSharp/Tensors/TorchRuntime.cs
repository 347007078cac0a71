using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HubertSharp.Runs.Files;
using TorchSharp;

namespace HubertSharp.Tensors;

/// <summary>Process-wide settings that torch needs before its first tensor.</summary>
public static class TorchRuntime
{
    // glibc, malloc.h
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;

    /// <summary>
    /// What oneDNN keeps of its primitives, 1,024 by default. Every batch has a length of its own and so primitives of its own, some 55
    /// for an update of ours; what is kept of the last 18 updates lies scattered between the large tensors, and the heap that can no
    /// longer close its holes grows. This many are enough for two updates: one length, used again and again, never meets a full cache.
    /// </summary>
    private const string Primitives = "128";

    private static readonly Lock Gate = new();
    private static int configured;

    [ThreadStatic]
    private static int limits;

    /// <summary>Loads torch, and lets what the calling thread computes use the threads of the process.</summary>
    /// <param name="threads">Threads for tensor operations from now on; 0 keeps what was said before, at first one per physical
    /// core.</param>
    /// <remarks>torch remembers the number per thread, and hands a new thread the one that was set last, by whomever.</remarks>
    public static void Initialize(int threads = 0)
    {
        lock (Gate)
        {
            if (configured == 0)
                torch.InitializeDeviceType(DeviceType.CPU);
            if (threads > 0 || configured == 0)
                configured = threads > 0 ? threads : PhysicalCores();
            if (limits == 0 && torch.get_num_threads() != configured)
                torch.set_num_threads(configured);
        }
    }

    /// <summary>
    /// What glibc and OpenMP must be told before libtorch is loaded. Large tensors stay inside the heap instead of being mapped
    /// and unmapped on every use (page faults cost 20 to 30% of a training step otherwise). OpenMP's threads wait asleep after a
    /// moment: spinning for a millisecond, their default, takes the cores from loader threads and other programs, and made a
    /// step three times slower on a busy machine. oneDNN keeps few <see cref="Primitives"/>.
    /// </summary>
    /// <remarks>A module initializer, because whichever class of this library is used first may be the one that loads libtorch.</remarks>
#pragma warning disable CA2255 // the environment of the process has to be set before any code of a library that reads it once
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallOpt(MmapMax, 0);
            _ = MallOpt(TrimThreshold, -1);
            _ = MallOpt(TopPad, 256 << 20);
            // .NET's own environment is a copy that native code does not see; what the user has set stays
            if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
                _ = SetEnvironment("GOMP_SPINCOUNT", "1000", overwrite: 0);
            if (Environment.GetEnvironmentVariable("DNNL_PRIMITIVE_CACHE_CAPACITY") is null) // its older name
                _ = SetEnvironment("ONEDNN_PRIMITIVE_CACHE_CAPACITY", Primitives, overwrite: 0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl has no mallopt: slower, not wrong
        }
    }

    /// <summary>
    /// Gives back what earlier work of this process no longer needs: the heap keeps it otherwise, see <see cref="Prepare"/>. Once for a
    /// run, not for a step.
    /// </summary>
    internal static void ReturnUnused()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl gives back by itself
        }
    }

    /// <summary>
    /// Lets torch use one thread for what the calling thread computes, until disposed on the same thread: for work that is shared
    /// out among threads of our own, which wait for each other less often than torch's do.
    /// </summary>
    public static IDisposable SingleThreaded()
    {
        Initialize();
        return new ThreadLimit();
    }

    private sealed class ThreadLimit : IDisposable
    {
        public ThreadLimit()
        {
            limits++;
            lock (Gate)
            {
                torch.set_num_threads(1);
                // so that a thread that comes to torch from here on does not take the limit for its own
                var other = new Thread(() => torch.set_num_threads(configured));
                other.Start();
                other.Join();
            }
        }

        public void Dispose()
        {
            if (--limits == 0)
                torch.set_num_threads(configured);
        }
    }

    /// <summary>Cores without their hyper-threads; never more than this process may use.</summary>
    private static int PhysicalCores()
    {
        var allowed = Environment.ProcessorCount;
        try
        {
            var cores = new HashSet<string>(StringComparer.Ordinal);
            foreach (var folder in Directory.EnumerateDirectories("/sys/devices/system/cpu", "cpu*"))
            {
                var siblings = Path.Combine(folder, "topology", "thread_siblings_list");
                if (File.Exists(siblings))
                    cores.Add(RegularFile.ReadAllText(siblings, RegularFile.MostOfDescription).Trim());
            }
            return cores.Count > 0 ? Math.Min(allowed, cores.Count) : allowed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return allowed;
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int MallOpt(int parameter, int value);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint pad);

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
