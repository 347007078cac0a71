using System.Reflection;
using HubertSharp.Dashboard;
using HubertSharp.Interop;
using HubertSharp.Onnx;
using HubertSharp.Runs;
using HubertSharp.Runs.Files;

namespace HubertSharp.Tests.Snapshots;

/// <summary>What every factory of faults says, word for word, with sample arguments: <c>tests/snapshots/errors.txt</c>.</summary>
public class ErrorSnapshotTests
{
    private static readonly Assembly[] s_assemblies =
        [typeof(UserException).Assembly, typeof(ModelConverter).Assembly, typeof(OnnxHubert).Assembly, typeof(DashboardFaults).Assembly];

    [Fact]
    public void Error_texts_are_those_that_were_read() => Snapshot.Check("tests/snapshots/errors.txt", string.Join('\n',
        from type in s_assemblies.SelectMany(a => a.GetTypes()).OrderBy(t => t.FullName, StringComparer.Ordinal)
        where type.Name.EndsWith("Faults", StringComparison.Ordinal)
        from method in Factories(type)
        from text in Texts(method)
        select text));

    [Fact]
    public void Every_fault_is_one_line() => Assert.All(
        s_assemblies.SelectMany(a => a.GetTypes()).Where(t => t.Name.EndsWith("Faults", StringComparison.Ordinal))
            .SelectMany(Factories).SelectMany(Texts), text => Assert.DoesNotContain('\n', text));

    /// <summary>The faults of writing depend on what the system said.</summary>
    [Theory]
    [InlineData(28, "no space left on the disk")]
    [InlineData(30, "the file system is read-only")]
    [InlineData(5, "look at the disk")]
    [InlineData(24, "ulimit -n")]
    public void What_the_disk_says_is_told_apart(int code, string expected) =>
        Assert.Contains(expected, WriteFaults.Of("{path}", new IOException("{cause}", code)).Message, StringComparison.Ordinal);

    private static IEnumerable<MethodInfo> Factories(Type type) =>
        type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(m => !m.IsPrivate && !m.Name.Contains('<') && (m.ReturnType == typeof(UserException) || m.ReturnType == typeof(string)))
            .OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.ToString(), StringComparer.Ordinal);

    // one line with every argument, and one more for each that may be left out or have another value
    private static IEnumerable<string> Texts(MethodInfo method)
    {
        var parameters = method.GetParameters();
        var samples = parameters.Select(p => Samples.Of(p)).ToArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var choices = parameters.SelectMany((p, i) => samples[i].Skip(1).Select(other => (Index: i, Other: other))).Prepend((-1, null));
        foreach (var (index, other) in choices)
        {
            var arguments = samples.Select((s, i) => i == index ? other : s[0]).ToArray();
            var text = method.Invoke(null, arguments) is UserException e ? e.Message : "null";
            if (method.ReturnType == typeof(string))
                text = (string)method.Invoke(null, arguments)!;
            if (seen.Add(text))
                yield return $"{method.DeclaringType!.Name}.{method.Name}: {text}";
        }
    }
}
