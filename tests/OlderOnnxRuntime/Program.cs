using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace OlderOnnxRuntime;

/// <summary>
/// <c>OlderOnnxRuntime SAMPLES MODEL...</c>: loads each model with default options, runs it on float32 samples, and writes
/// <c>MODEL.NAME.out</c> for each output; prints which version this is. Two versions do not fit into one process, so the tests start this.
/// </summary>
internal static class Program
{
    private static void Main(string[] args)
    {
        Console.WriteLine(OrtEnv.Instance().GetVersionString());
        var samples = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[0])).ToArray();
        foreach (var path in args.Skip(1))
        {
            using var session = new InferenceSession(path);
            using var options = new RunOptions();
            using var source = OrtValue.CreateTensorValueFromMemory(samples, [1, samples.Length]);
            using var lengths = OrtValue.CreateTensorValueFromMemory(new[] { (long)samples.Length }, [1]);
            using var outputs = session.Run(options, ["input_values", "lengths"], [source, lengths], session.OutputNames);
            foreach (var (name, value) in session.OutputNames.Zip(outputs))
            {
                File.WriteAllBytes($"{path}.{name}.out", name == "units"
                    ? MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<long>()).ToArray()
                    : MemoryMarshal.AsBytes(value.GetTensorDataAsSpan<float>()).ToArray());
            }
        }
    }
}
