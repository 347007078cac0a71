using System.Reflection;
using HubertSharp.Dashboard;
using HubertSharp.Interop;
using HubertSharp.Onnx;
using HubertSharp.Runs;

namespace HubertSharp.Tests.Snapshots;

/// <summary>What others may use of each assembly: <c>tests/snapshots/api</c>. Everything else is internal.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Assemblies() => [.. s_assemblies.Keys];

    private static readonly Dictionary<string, Assembly> s_assemblies = new(StringComparer.Ordinal)
    {
        ["HubertSharp"] = typeof(ModelConverter).Assembly,
        ["HubertSharp.Dashboard"] = typeof(DashboardFaults).Assembly,
        ["HubertSharp.Onnx"] = typeof(OnnxHubert).Assembly,
        ["HubertSharp.Runs"] = typeof(UserException).Assembly,
        ["hubert"] = typeof(HubertSharp.Cli.Program).Assembly,
    };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_one_that_was_decided(string name) =>
        Snapshot.Check($"tests/snapshots/api/{name}.txt", PublicApi.Of(s_assemblies[name]));
}
